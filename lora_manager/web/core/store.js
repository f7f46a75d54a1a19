/** A value that tells whoever listens when it changed. */

/** @template {object} T */
export class Store {
  /** @type {Set<(state: T, previous: T) => void>} */
  #listeners = new Set();

  /** @param {T} state */
  constructor(state) {
    this.state = state;
  }

  /**
   * Change some fields; listeners hear of it only when a value really differs.
   * @param {Partial<T>} patch
   */
  set(patch) {
    const previous = this.state;
    const keys = /** @type {(keyof T)[]} */ (Object.keys(patch));
    if (keys.every((key) => Object.is(previous[key], patch[key]))) {
      return;
    }
    this.state = { ...previous, ...patch };
    for (const listener of [...this.#listeners]) {
      listener(this.state, previous);
    }
  }

  /**
   * @param {(state: T, previous: T) => void} listener
   * @returns {() => void} stop listening
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen now. */
  get listeners() {
    return this.#listeners.size;
  }
}

/** Redraws a component whenever a store changes, while the component is on the page. */
export class StoreController {
  /**
   * @param {import('../vendor/lit.js').ReactiveControllerHost} host
   * @param {Store<any>} store
   */
  constructor(host, store) {
    this.host = host;
    this.store = store;
    /** @type {(() => void)|null} */
    this.stop = null;
    host.addController(this);
  }

  hostConnected() {
    this.stop ??= this.store.subscribe(() => this.host.requestUpdate());
    this.host.requestUpdate();
  }

  hostDisconnected() {
    this.stop?.();
    this.stop = null;
  }
}
