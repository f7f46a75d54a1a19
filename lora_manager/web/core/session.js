/**
 * What every part of the page shares: one per page, whether the tabs stand in our own shell or each for itself in a
 * host. Components get it from their base class; nothing else in the page holds state of its own about the library.
 */

import { Api } from './api.js';
import { BASE, WEB_VERSION } from './base.js';
import { Cards } from './cards.js';
import { Events } from './events.js';
import { isActive, Jobs } from './jobs.js';
import { Prompt } from './prompt.js';
import { answerWish, Relay } from './relay.js';
import { Store } from './store.js';
import { Toasts } from './toasts.js';
import { Unsent } from './unsent.js';
import { ParamsStore } from '../generate/params.js';
import { t } from '../strings.js';
import { advice, reloadedFor } from './version-check.js';

/** @import {Hashing, HostInfo, Job, Library} from './types.js' */

/**
 * @typedef {object} ServerState
 * @property {boolean} reachable
 * @property {string} version
 * @property {string} webVersion
 * @property {''|'reload'|'restart'|'broken'} advice
 * @property {number} revision of the catalogue: lists that are older ask again
 */

/**
 * @typedef {object} Wish Where to go next, and with what.
 * @property {string} tab "catalogue", "recommend", "generate", "analytics", "library"
 * @property {string|null} query to search the catalogue for
 * @property {number} at counts up, so that the same wish can be made twice
 */

export class Session {
  #started = false;
  /** @type {Promise<void>|null} */
  #hostAsked = null;

  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    this.prompt = new Prompt(api);
    this.jobs = new Jobs();
    this.cards = new Cards();
    this.unsent = new Unsent(api, this.cards);
    this.toasts = new Toasts();
    this.server = new Store(/** @type {ServerState} */ (
      { reachable: true, version: '', webVersion: '', advice: '', revision: 0 }
    ));
    this.host = new Store(/** @type {{info: HostInfo|null}} */ ({ info: null }));
    /** Where the hashing of the files stands, once somebody asked or it moved. */
    this.hashing = new Store(/** @type {{status: Hashing|null}} */ ({ status: null }));
    this.library = new Store(/** @type {{info: Library|null, error: unknown}} */ ({ info: null, error: null }));
    /** Where to go next; in the catalogue, the adapter whose details stand open, and the filters as in the address;
     * the part of the library. */
    this.nav = new Store(/** @type {{wish: Wish|null, open: number|null, filters: string, section: string}} */ (
      { wish: null, open: null, filters: '', section: '' }
    ));
    /** What a generation is asked with besides the prompt. */
    this.params = new ParamsStore();
    this.relay = new Relay();
    this.events = new Events(api, {
      job: (job) => this.jobs.put(job),
      hashing: (status) => this.hashing.set({ status }),
      catalogue: (revision) => this.#catalogueIs(revision),
      hello: (server) => this.#serverIs(server.version, server.web_version),
      reachable: (reachable) => this.#reachableIs(reachable),
      missed: () => this.#libraryMayDiffer(),
      insert: (wish) => void answerWish(this, wish),
      busy: () => this.jobs.state.items.some(isActive),
    });
    this.jobs.onFinished((job) => this.#afterJob(job.kind));
  }

  /** Begin to listen to the server. Called by the first component on the page; later calls do nothing. */
  start() {
    if (this.#started) {
      return;
    }
    this.#started = true;
    this.api.onWaiting = () => this.toasts.show(t('error.waiting'), { about: 'waiting' });
    window.addEventListener('focus', () => this.api.opening.hurry()); // Back from logging in, perhaps.
    this.events.start();
    void this.#readHealth();
    void this.readLibrary();
  }

  /** Read what the host is and has loaded; several askers at once make one request. */
  readHost() {
    this.#hostAsked ??= this.#askHost();
    return this.#hostAsked;
  }

  async #askHost() {
    try {
      this.host.set({ info: await this.api.host() });
    } catch {
      // The last answer stands; the shell says when the server is away.
    } finally {
      this.#hostAsked = null;
    }
  }

  async readLibrary() {
    try {
      this.library.set({ info: await this.api.library(), error: null });
    } catch (error) {
      this.library.set({ error });
    }
  }

  /**
   * What stands in the prompt that Insert writes into, as far as this page knows it.
   * @param {number} id
   */
  inPrompt(id) {
    return this.relay.state.on ? this.relay.find(id) : this.prompt.find(id);
  }

  /**
   * @param {string} tab
   * @param {{adapter?: number, query?: string, section?: string}} [with_]
   */
  go(tab, with_ = {}) {
    const at = (this.nav.state.wish?.at ?? 0) + 1;
    const open = with_.adapter ?? this.nav.state.open;
    const section = with_.section ?? this.nav.state.section;
    this.nav.set({ wish: { tab, query: with_.query ?? null, at }, open, section });
  }

  async #readHealth() {
    try {
      const health = await this.api.health();
      this.#serverIs(health.version, health.web_version);
    } catch {
      // Not reachable: the events' polling finds out and says so.
    }
  }

  /** @param {string} version @param {string} webVersion */
  #serverIs(version, webVersion) {
    const kept = this.server.state.advice === 'broken' ? 'broken' : '';
    this.server.set({ version, webVersion, advice: advice(WEB_VERSION, webVersion, reloadedFor()) || kept });
  }

  /**
   * Parts of the page come when they are needed. One that does not is mostly of a version that the server has no more.
   * @param {Promise<unknown>} part
   */
  async need(part) {
    try {
      await part;
    } catch (error) {
      console.error(error);
      this.server.set({ advice: 'broken' });
      await this.#readHealth();
      throw error;
    }
  }

  /** @param {boolean} reachable */
  #reachableIs(reachable) {
    this.server.set({ reachable });
    if (reachable) {
      void this.unsent.send();
    }
  }

  /** @param {number} revision */
  #catalogueIs(revision) {
    if (revision !== this.server.state.revision) {
      this.server.set({ revision });
      this.prompt.resolveAgain();
    }
  }

  /** @param {Job['kind']} kind */
  #afterJob(kind) {
    void this.readHost();
    if (kind === 'scan') {
      void this.readLibrary();
      this.#libraryMayDiffer();
    }
  }

  /** Nobody told the new revision (no WebSocket then): any other number makes the lists ask again. */
  #libraryMayDiffer() {
    this.#catalogueIs(this.server.state.revision + 0.5);
  }
}

/** @type {Session|null} */
let only = null;

/** The page's one session, made when it is first asked for. */
export function getSession() {
  only ??= new Session(new Api(BASE));
  return only;
}
