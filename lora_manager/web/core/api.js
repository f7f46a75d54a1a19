/**
 * The HTTP API as functions. Nothing else in the page calls fetch. What the page starts without lies in api-history.js,
 * api-tools.js and api-recommend.js, as functions that are given this.
 */

import { isOpening, Opening } from './opening.js';
import { Pace } from './pace.js';
import { pause } from './timing.js';

/**
 * @import {Card, CardPage, Facets, Detail, Composed, ToAdd} from './types.js'
 * @import {Job, GenerateRequest, GenerationPage, Analytics, Library, ProblemPage, HostInfo, Health} from './types.js'
 * @import {Hashing, Inserted} from './types.js'
 * @import {Completion, FacetValues, FolderList, SavedFilter} from './types.js'
 * @import {Changed} from './types-changes.js'
 * @import {FeedbackKind, Shown} from './types-recommend.js'
 */

/** @typedef {Record<string, string|number|boolean|null|undefined|(string|number)[]>} Params */

/** A refusal by the server, or no server at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {string} message what the server says, or what went wrong on the way
   * @param {number} status
   * @param {string} code
   * @param {number|null} [at] behind how many characters of the text asked with
   * @param {Record<string, any>|null} [current] what is there instead of what was thought to be
   */
  constructor(message, status, code, at = null, current = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.at = at;
    this.current = current;
  }
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

/**
 * @param {Params} params
 * @returns {string} "" or "?a=1&b=2": empty values are left out, lists are repeated
 */
export function queryString(params) {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined && one !== null && one !== false) {
        search.append(key, one === true ? '1' : String(one));
      }
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

/** @param {Response} response */
async function failure(response) {
  const body = await response.json().catch(() => null);
  const detail = typeof body?.detail === 'string' ? body.detail : `${response.status} ${response.statusText}`;
  const at = Number.isInteger(body?.at) ? body.at : null;
  return new ApiError(detail, response.status, typeof body?.code === 'string' ? body.code : '', at, body?.current ?? null);
}

/** So many requests a minute are answered, and no more: by our server for costly things, by SDNext for all. */
export const TOO_MANY = 429;
/** What `code` says when a change was made whose answer SDNext kept back. */
export const ANSWER_LOST = 'answer_lost';
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** Seconds: waited at first, waited in all, and from when on the user is told. */
const PATIENCE = { first: 2, most: 70, silent: 4 };

/** @param {Response} response @param {number} refusals so far @returns {number} seconds that it wants us to wait */
function askedToWait(response, refusals) {
  return Number(response.headers.get('Retry-After') ?? '') || PATIENCE.first * 2 ** Math.min(refusals, 2);
}

export class Api {
  /**
   * @param {string} base address of lora-manager/, ending in "/"
   * @param {typeof fetch} [fetcher]
   */
  constructor(base, fetcher) {
    this.base = base;
    this.root = `${base}api/v1/`;
    this.fetch = fetcher ?? globalThis.fetch.bind(globalThis);
    /** Requests wait here while the server cannot answer any of them yet. */
    this.opening = new Opening();
    this.pace = new Pace();
    /** Called while a request waits for longer than is worth no word. */
    this.onWaiting = () => {};
    /** @type {Map<string, Promise<unknown>>} the last edit of each thing */
    this.edits = new Map();
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @param {boolean} [once] doing it twice would not be the same as once
   * @param {(response: Response) => Promise<any>} [read]
   * @returns {Promise<any>}
   */
  async request(path, init, once = false, read = (response) => response.json()) {
    for (let refusals = 0, waited = 0; ; ) {
      await this.pace.turn(path, init.signal);
      const response = await this.#fetch(path, init);
      if (response.ok) {
        this.opening.done();
        return read(response);
      }
      const error = await failure(response);
      if (isOpening(error)) {
        await this.opening.wait(error);
      } else if (error.status === TOO_MANY) {
        if (once && error.code !== 'too_many') {
          throw new ApiError('', TOO_MANY, ANSWER_LOST); // SDNext counts when the work is done.
        }
        const wait = askedToWait(response, refusals);
        refusals += 1;
        waited += wait;
        if (waited > PATIENCE.most) {
          throw error;
        }
        if (waited > PATIENCE.silent) {
          this.onWaiting();
        }
        await pause(wait * 1000, init.signal);
      } else {
        throw error;
      }
    }
  }

  /**
   * Edits of one thing go one after another: an older one that had to wait must not undo a newer.
   * @param {string} path
   * @param {() => Promise<any>} edit
   * @returns {Promise<any>}
   */
  #inTurn(path, edit) {
    const mine = (this.edits.get(path) ?? Promise.resolve()).then(edit);
    const done = mine.catch(() => {});
    this.edits.set(path, done);
    void done.then(() => this.edits.get(path) === done && this.edits.delete(path));
    return mine;
  }

  /** @param {string} path @param {RequestInit} init */
  async #fetch(path, init) {
    init.signal?.throwIfAborted(); // It may have waited its turn in vain.
    try {
      return await this.fetch(this.root + path, init);
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      throw new ApiError('', 0, 'unreachable');
    }
  }

  /**
   * @param {string} path
   * @param {Params} [params]
   * @param {AbortSignal} [signal]
   */
  get(path, params = {}, signal = undefined) {
    return this.request(path + queryString(params), { signal });
  }

  /**
   * @param {'POST'|'PATCH'|'DELETE'} method
   * @param {string} path
   * @param {object} body
   * @param {{signal?: AbortSignal, once?: boolean}} [how] once: doing it twice would not be the same as once
   */
  send(method, path, body = {}, { signal, once } = {}) {
    return this.request(path, { method, headers: JSON_TYPE, body: JSON.stringify(body), signal }, once);
  }

  /** A file as an answer. @param {string} path @param {object} body @returns {Promise<{blob: Blob, name: string}>} */
  download(path, body) {
    return this.request(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) }, false, async (response) => ({
      blob: await response.blob(),
      name: /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? path,
    }));
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<CardPage>} */
  adapters(params, signal) {
    return this.get('adapters', params, signal);
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<Facets>} */
  facets(params, signal) {
    return this.get('facets', params, signal);
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<FacetValues>} */
  facetValues(params, signal) {
    return this.get('facets', params, signal);
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<FolderList>} */
  folders(params, signal) {
    return this.get('folders', params, signal);
  }

  /** @param {string} q @param {number} at @param {AbortSignal} [signal] @returns {Promise<Completion>} */
  completion(q, at, signal) {
    return this.get('completion', { q, at }, signal);
  }

  /** @returns {Promise<{items: SavedFilter[]}>} */
  savedFilters() {
    return this.get('saved-filters');
  }

  /** @param {string} name @param {SavedFilter['query']} query @returns {Promise<SavedFilter>} */
  saveFilter(name, query) {
    return this.send('POST', 'saved-filters', { name, query });
  }

  /** @param {number} id @returns {Promise<unknown>} */
  deleteFilter(id) {
    return this.send('DELETE', `saved-filters/${id}`);
  }

  /** @param {number} id @param {AbortSignal} [signal] @returns {Promise<Detail>} */
  adapter(id, signal) {
    return this.get(`adapters/${id}`, {}, signal);
  }

  /**
   * @param {number} id
   * @param {Partial<Detail> & {reset?: string[], if?: Record<string, any>}} changes if: what the user saw, refused with
   *   "changed_meanwhile" when it is another now
   * @returns {Promise<Changed>}
   */
  editAdapter(id, changes) {
    return this.#inTurn(`adapters/${id}`, () => this.send('PATCH', `adapters/${id}`, changes));
  }

  /** On the machine that the server runs on. @param {number} id @returns {Promise<{opened: string}>} */
  openFolder(id) {
    return this.send('POST', `adapters/${id}/open-folder`, {}, { once: true });
  }

  /**
   * @param {string} prompt
   * @param {ToAdd[]} [add]
   * @param {number[]} [remove]
   * @param {{caret?: number|null, signal?: AbortSignal}} [how] caret: where to put in, in characters; else at the end
   * @returns {Promise<Composed>}
   */
  compose(prompt, add = [], remove = [], { caret = null, signal } = {}) {
    return this.send('POST', 'compose', { prompt, add, remove, ...(caret === null ? {} : { caret }) }, { signal });
  }

  /**
   * Have it put into the prompt box of the web UI's own page; what is wished once more, and no more, is taken out.
   * @param {ToAdd[]} add
   * @param {number[]} remove
   * @returns {Promise<Inserted>}
   */
  insertElsewhere(add, remove) {
    return this.send('POST', 'insertions', { add, remove }, { once: true });
  }

  /**
   * What the user did with a suggestion, or without one; suggestions learn from it.
   * @param {Shown|null} shown where it stood
   * @param {number} id of the adapter
   * @param {FeedbackKind} kind
   * @returns {Promise<{event: number|null, undo: boolean}>} no event where nothing is learned
   */
  feedback(shown, id, kind) {
    const { session, position } = shown ?? { session: null, position: null };
    return this.send('POST', 'feedback', { session, id, kind, position }, { once: true });
  }

  /** As if it had not been said. @param {number} event @returns {Promise<unknown>} */
  takeFeedbackBack(event) {
    return this.send('DELETE', `feedback/${event}`, {}, { once: true });
  }

  /** @param {boolean} force @returns {Promise<Job>} */
  scan(force) {
    return this.send('POST', 'scan', { force }, { once: true });
  }

  /** @param {GenerateRequest} request @returns {Promise<Job>} */
  generate(request) {
    return this.send('POST', 'jobs', { kind: 'generate', request }, { once: true });
  }

  /** @param {AbortSignal} [signal] @returns {Promise<{items: Job[]}>} */
  jobs(signal) {
    return this.get('jobs', {}, signal);
  }

  /** @param {Job['id']} id @returns {Promise<Job>} */
  cancelJob(id) {
    return this.send('DELETE', `jobs/${id}`);
  }

  /**
   * @param {number} limit
   * @param {number} offset
   * @returns {Promise<GenerationPage>}
   */
  generations(limit, offset) {
    return this.get('generations', { limit, offset });
  }

  /** @param {number} days @param {AbortSignal} [signal] @returns {Promise<Analytics>} */
  analytics(days, signal) {
    return this.get('analytics', { days }, signal);
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Library>} */
  library(signal) {
    return this.get('library', {}, signal);
  }

  /**
   * @param {Params} params
   * @param {AbortSignal} [signal]
   * @returns {Promise<ProblemPage>}
   */
  problems(params, signal) {
    return this.get('problems', params, signal);
  }

  /** @returns {Promise<Hashing>} */
  hashing() {
    return this.get('hashing');
  }

  /** @param {boolean} paused @returns {Promise<Hashing>} */
  pauseHashing(paused) {
    return this.send('POST', 'hashing', { paused });
  }

  /** @returns {Promise<HostInfo>} */
  host() {
    return this.get('host');
  }

  /** @returns {Promise<Health>} */
  health() {
    return this.get('health');
  }

  /**
   * Address of a preview; it changes with the picture, so that it may be cached for ever.
   * @param {Pick<Card, 'id'|'preview'>} card
   * @param {number} size
   */
  thumbnailUrl(card, size) {
    return `${this.root}adapters/${card.id}/thumbnail/${size}/${encodeURIComponent(card.preview ?? '')}`;
  }

  /** @param {number} id */
  imageUrl(id) {
    return `${this.root}images/${id}`;
  }

  /** @param {number} id @param {number} size */
  imageThumbnailUrl(id, size) {
    return `${this.root}images/${id}/thumbnail/${size}`;
  }

  /** Address of the WebSocket on the same server. */
  socketUrl() {
    const url = new URL('ws', this.base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }
}
