/** News from the server: over one WebSocket that reconnects, or by polling while there is none. */

/**
 * @import {Api} from './api.js'
 * @import {Hashing, Job, ToAdd} from './types.js'
 */

/** @typedef {{id: number, add: ToAdd[], remove: number[]}} Wish */

/**
 * @typedef {object} EventHandlers
 * @property {(job: Job) => void} job
 * @property {(status: Hashing) => void} hashing
 * @property {(revision: number) => void} catalogue
 * @property {(server: {version: string, web_version: string}) => void} hello
 * @property {(reachable: boolean) => void} reachable
 * @property {() => void} missed the socket was away for a while: whatever may have changed is to be asked for
 * @property {(wish: Wish) => void} insert another page of ours asks to insert into the prompt box on this one
 * @property {() => boolean} busy whether a job is known to run: then polling is quicker
 */

// A host that starts again must not be asked too often: AUTOMATIC1111 fails to start when a request comes at the wrong
// moment. So nobody asks for a socket while the server is away, hidden pages ask for nothing, the others ever less.
const FIRST_LOOK = 500;
const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;
const POLL_BUSY = 1000;
const POLL_IDLE = 10_000;

export class Events {
  /** @type {WebSocket|null} */
  #socket = null;
  #retry = FIRST_RETRY;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #pollTimer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #retryTimer;
  #started = false;
  #wasAway = false;
  /** How long to wait before a server that does not answer is asked again; 0 while it answers. */
  #away = 0;
  /** A socket was due while nothing could be answered: it is asked for when something is. */
  #late = false;
  /** @type {Promise<void>|null} */
  #reading = null;
  /** @type {object|null} */
  #greeting = null;

  /**
   * @param {Api} api
   * @param {EventHandlers} handlers
   */
  constructor(api, handlers) {
    this.api = api;
    this.handlers = handlers;
  }

  /** Listen from now on; a second call does nothing. */
  start() {
    if (!this.#started) {
      this.#started = true;
      this.#open();
      this.#poll();
      globalThis.document?.addEventListener('visibilitychange', () => this.#away && this.nudge());
    }
  }

  /** Ask at once, e.g. after starting a job. */
  nudge() {
    if (this.#started && !this.live) {
      clearTimeout(this.#pollTimer);
      this.#poll();
    }
  }

  /** Say something to the server, if it can be heard. @param {object} message */
  say(message) {
    if (this.live) {
      this.#socket?.send(JSON.stringify(message));
    }
  }

  /** Say this now, and again each time the connection was lost. @param {object} greeting */
  greet(greeting) {
    this.#greeting = greeting;
    this.say(greeting);
  }

  /** Whether the WebSocket is open. */
  get live() {
    return this.#socket?.readyState === 1;
  }

  #open() {
    let socket;
    try {
      socket = new WebSocket(this.api.socketUrl());
    } catch {
      return; // No WebSocket here (a proxy's page policy): polling remains.
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      if (this.#greeting) {
        this.say(this.#greeting);
      }
      this.handlers.reachable(true);
      if (this.#wasAway) {
        this.#wasAway = false;
        this.handlers.missed();
        void this.#readJobs();
      }
    };
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = () => this.#reopenLater();
  }

  #reopenLater() {
    this.#wasAway = true;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#reopen(), this.#retry);
    this.#retry = Math.min(LAST_RETRY, this.#retry * 2);
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(() => this.#poll(), FIRST_LOOK);
  }

  #reopen() {
    this.#late = this.#away > 0 || !!this.api.opening?.state.obstacle;
    if (!this.#late) {
      this.#open();
    }
  }

  /** @param {string} text */
  #receive(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.type === 'job') {
      this.handlers.job(message.job);
    } else if (message.type === 'hashing') {
      this.handlers.hashing(message.hashing);
    } else if (message.type === 'catalogue') {
      this.handlers.catalogue(message.revision);
    } else if (message.type === 'hello') {
      this.handlers.hello(message);
    } else if (message.type === 'insert') {
      this.handlers.insert(message);
    }
  }

  /** Several at once make one request: it may wait long, for a login. */
  #readJobs() {
    this.#reading ??= this.#askJobs();
    return this.#reading;
  }

  async #askJobs() {
    try {
      const { items } = await this.api.jobs();
      if (this.#away || this.#late) {
        this.#away = 0;
        this.#late = false;
        this.#open();
      }
      this.handlers.reachable(true);
      items.reverse().forEach((job) => this.handlers.job(job));
    } catch (error) {
      const isAway = /** @type {{status?: number}} */ (error).status === 0;
      this.#away = isAway ? Math.min(LAST_RETRY, Math.max(FIRST_RETRY, this.#away * 2)) : 0;
      this.handlers.reachable(!isAway);
    } finally {
      this.#reading = null;
    }
  }

  async #poll() {
    if (!this.live && !(this.#away && globalThis.document?.hidden)) {
      await this.#readJobs();
    }
    clearTimeout(this.#pollTimer);
    const usual = this.handlers.busy() && !this.live ? POLL_BUSY : POLL_IDLE;
    this.#pollTimer = setTimeout(() => this.#poll(), this.#away || usual);
  }
}
