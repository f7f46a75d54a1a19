/** The HTTP API as functions. Nothing else in the page calls fetch. */

/**
 * @import {Card, CardPage, Facets, Detail, Composed, ToAdd, Suggestions} from './types.js'
 * @import {Job, GenerateRequest, GenerationPage, Analytics, Library, ProblemPage, HostInfo, Health} from './types.js'
 */

/** @typedef {Record<string, string|number|boolean|null|undefined|(string|number)[]>} Params */

/** A refusal by the server, or no server at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {string} message what the server says, or what went wrong on the way
   * @param {number} status
   * @param {string} code
   */
  constructor(message, status, code) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
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
  return new ApiError(detail, response.status, typeof body?.code === 'string' ? body.code : '');
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
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @returns {Promise<any>}
   */
  async request(path, init) {
    let response;
    try {
      response = await this.fetch(this.root + path, init);
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      throw new ApiError('', 0, 'unreachable');
    }
    if (!response.ok) {
      throw await failure(response);
    }
    return response.json();
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
   * @param {AbortSignal} [signal]
   */
  send(method, path, body = {}, signal = undefined) {
    const headers = { 'Content-Type': 'application/json' };
    return this.request(path, { method, headers, body: JSON.stringify(body), signal });
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<CardPage>} */
  adapters(params, signal) {
    return this.get('adapters', params, signal);
  }

  /** @param {Params} params @param {AbortSignal} [signal] @returns {Promise<Facets>} */
  facets(params, signal) {
    return this.get('facets', params, signal);
  }

  /** @param {number} id @param {AbortSignal} [signal] @returns {Promise<Detail>} */
  adapter(id, signal) {
    return this.get(`adapters/${id}`, {}, signal);
  }

  /** @param {number} id @param {Partial<Detail>} changes @returns {Promise<Detail>} */
  editAdapter(id, changes) {
    return this.send('PATCH', `adapters/${id}`, changes);
  }

  /**
   * @param {string} prompt
   * @param {ToAdd[]} [add]
   * @param {number[]} [remove]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Composed>}
   */
  compose(prompt, add = [], remove = [], signal = undefined) {
    return this.send('POST', 'compose', { prompt, add, remove }, signal);
  }

  /** @param {string} prompt @param {number} limit @param {AbortSignal} [signal] @returns {Promise<Suggestions>} */
  recommend(prompt, limit, signal) {
    return this.send('POST', 'recommend', { prompt, limit }, signal);
  }

  /** @param {boolean} force @returns {Promise<Job>} */
  scan(force) {
    return this.send('POST', 'scan', { force });
  }

  /** @param {GenerateRequest} request @returns {Promise<Job>} */
  generate(request) {
    return this.send('POST', 'jobs', { kind: 'generate', request });
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
