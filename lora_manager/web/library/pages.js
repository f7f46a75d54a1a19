/** A list that is read part by part, as far as the user wants to see it. */

/** @template T @typedef {{total: number, items: T[]}} Part */

const SIZE = 50;

/** @template T */
export class Pages {
  /** Counts up: an answer that was overtaken is dropped. */
  #turn = 0;

  /** @param {(offset: number, limit: number) => Promise<Part<T>>} read @param {() => void} changed */
  constructor(read, changed, size = SIZE) {
    this.read = read;
    this.changed = changed;
    this.size = size;
    /** @type {T[]} */
    this.items = [];
    /** @type {number|null} null until the first answer */
    this.total = null;
    /** @type {unknown} */
    this.error = null;
    this.busy = false;
  }

  /** How many the next part would bring. */
  get rest() {
    return Math.min(this.size, Math.max(0, (this.total ?? 0) - this.items.length));
  }

  more() {
    return this.#ask(this.items.length, this.size, (part) => [...this.items, ...part.items]);
  }

  /** As much as is seen, anew. */
  refresh() {
    return this.#ask(0, Math.min(200, Math.max(this.size, this.items.length)), (part) => part.items);
  }

  /** @param {number} offset @param {number} limit @param {(part: Part<T>) => T[]} join */
  async #ask(offset, limit, join) {
    this.#turn += 1;
    const turn = this.#turn;
    this.busy = true;
    this.changed();
    try {
      const part = await this.read(offset, limit);
      if (turn === this.#turn) {
        this.items = join(part);
        this.total = part.total;
        this.error = null;
      }
    } catch (error) {
      this.error = turn === this.#turn ? error : this.error;
    }
    if (turn === this.#turn) {
      this.busy = false;
      this.changed();
    }
  }
}
