/** Doing things later, or not at all when they came too late. */

/**
 * Call `action` once things have been quiet for `delay` milliseconds.
 * @template {unknown[]} A
 * @param {(...args: A) => void} action
 * @param {number} delay
 * @returns {((...args: A) => void) & {cancel: () => void, flush: () => void}}
 */
export function debounce(action, delay) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** @type {A|null} */
  let waiting = null;
  const run = () => {
    const args = waiting;
    waiting = null;
    timer = undefined;
    if (args) {
      action(...args);
    }
  };
  /** @param {A} args */
  const debounced = (...args) => {
    waiting = args;
    clearTimeout(timer);
    timer = setTimeout(run, delay);
  };
  debounced.cancel = () => {
    clearTimeout(timer);
    waiting = null;
  };
  debounced.flush = () => {
    clearTimeout(timer);
    run();
  };
  return debounced;
}

/**
 * @param {number} delay milliseconds
 * @param {AbortSignal|null} [signal] ends it early
 * @returns {Promise<void>}
 */
export function pause(delay, signal = null) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, delay);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * Runs one request at a time of a kind: starting another aborts the one before, whose answer is dropped.
 */
export class Latest {
  /** @type {AbortController|null} */
  #running = null;

  /**
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} request
   * @returns {Promise<T|undefined>} undefined when a later call took over
   */
  async run(request) {
    this.cancel();
    const controller = new AbortController();
    this.#running = controller;
    try {
      const answer = await request(controller.signal);
      return controller.signal.aborted ? undefined : answer;
    } catch (error) {
      if (controller.signal.aborted) {
        return undefined;
      }
      throw error;
    } finally {
      if (this.#running === controller) {
        this.#running = null;
      }
    }
  }

  get busy() {
    return this.#running !== null;
  }

  cancel() {
    this.#running?.abort();
    this.#running = null;
  }
}
