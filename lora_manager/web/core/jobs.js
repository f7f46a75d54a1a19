/** Scans and generations that run in the server, as this page knows them. */

import { Store } from './store.js';

/** @import {Job, JobState} from './types.js' */

/** @type {Record<JobState, number>} */
const RANK = { queued: 0, running: 1, done: 2, failed: 2, cancelled: 2, interrupted: 2 };

/** @param {Job|null|undefined} job @returns {boolean} */
export function isActive(job) {
  return !!job && RANK[job.state] < 2;
}

/**
 * News can overtake each other (an answer to POST and an event): keep the further one.
 * @param {Job|undefined} known
 * @param {Job} news
 */
export function newer(known, news) {
  if (!known || RANK[news.state] > RANK[known.state]) {
    return news;
  }
  return RANK[news.state] === RANK[known.state] && news.done >= known.done ? news : known;
}

/** @typedef {{items: Job[]}} JobsState newest first */

/** @extends {Store<JobsState>} */
export class Jobs extends Store {
  /** @type {Set<(job: Job) => void>} */
  #finished = new Set();

  constructor() {
    super({ items: [] });
  }

  /** @param {Job} news */
  put(news) {
    const known = this.state.items.find((job) => job.id === news.id);
    const job = newer(known, news);
    if (job === known) {
      return;
    }
    const others = this.state.items.filter((one) => one.id !== news.id);
    this.set({ items: [job, ...others].sort((a, b) => (a.created_at < b.created_at ? 1 : -1)) });
    if (isActive(known) && !isActive(job)) {
      this.#tellFinished(job);
    }
  }

  /** @param {Job[]} jobs the server's whole list */
  putAll(jobs) {
    for (const job of [...jobs].reverse()) {
      this.put(job);
    }
  }

  /**
   * @param {(job: Job) => void} listener called once for each job that this page saw running and that ended
   * @returns {() => void}
   */
  onFinished(listener) {
    this.#finished.add(listener);
    return () => this.#finished.delete(listener);
  }

  /** @param {Job['kind']} kind @returns {Job|undefined} the one that runs, else the first in the queue */
  active(kind) {
    const jobs = this.state.items.filter((job) => job.kind === kind && isActive(job));
    return jobs.find((job) => job.state === 'running') ?? jobs.at(-1);
  }

  /** @param {Job['kind']} kind @returns {Job|undefined} */
  latest(kind) {
    return this.state.items.find((job) => job.kind === kind);
  }

  /** @param {Job['id']|null} id @returns {Job|undefined} */
  get(id) {
    return this.state.items.find((job) => job.id === id);
  }

  /** @param {Job} job */
  #tellFinished(job) {
    for (const listener of [...this.#finished]) {
      listener(job);
    }
  }
}
