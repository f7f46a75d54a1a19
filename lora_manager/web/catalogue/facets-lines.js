/** Which lines each group of filters shows, in what order. While they are held, under the pointer or the focus, each
 * stays where it is: the next click is for the same.
 */

/** @import {FacetValue} from '../core/types.js' */

const FEW = 7;
const MANY = 100;

/**
 * @param {FacetValue[]} before
 * @param {FacetValue[]} after
 * @returns {FacetValue[]} those before at their places, counted anew, then the others
 */
export function sameLines(before, after) {
  return counted([...before, ...after].map(({ value }) => value), after);
}

/** @param {string[]} values @param {FacetValue[]} among @returns {FacetValue[]} each once */
function counted(values, among) {
  const counts = new Map(among.map(({ value, count }) => [value, count]));
  return [...new Set(values)].map((value) => ({ value, count: counts.get(value) ?? 0 }));
}

export class FacetLines {
  /** @type {Set<string>} groups that are there */
  #groups = new Set();
  /** @type {Map<string, string[]>} */
  #order = new Map();
  /** @type {Map<string, {values: string[], more: boolean}>} the lines shown last, and whether there are more */
  #shown = new Map();

  held = false;

  /** Whether anything is there yet that could move. */
  get any() {
    return this.#groups.size > 0;
  }

  /**
   * A group that came while they are held would push away what lies below.
   * @param {string} group
   * @param {boolean} full
   */
  has(group, full) {
    if (full && !this.held) {
      this.#groups.add(group);
    }
    return this.#groups.has(group);
  }

  /** It may show others now. @param {string} group */
  free(group) {
    this.#shown.delete(group);
  }

  /**
   * Chosen ones first, the others as they come. Where nothing is found the values stay, with nothing in them.
   * @param {string} group
   * @param {FacetValue[]} values
   * @param {string[]} chosen
   */
  inOrder(group, values, chosen) {
    const kept = (values.length === 0 || this.held) && this.#order.get(group);
    const lines = counted([...(kept || []), ...chosen, ...values.map(({ value }) => value)], values);
    this.#order.set(group, lines.map(({ value }) => value));
    return lines;
  }

  /**
   * @param {string} group
   * @param {FacetValue[]} lines in order
   * @param {string[]} chosen
   * @param {{whole: boolean, most?: number}} how whole: the user asked for more
   * @returns {{lines: FacetValue[], rest: number, more: boolean}} more: whether a click shows more, or fewer
   */
  shown(group, lines, chosen, { whole, most = FEW }) {
    const before = this.held ? this.#shown.get(group) : undefined;
    const few = Math.max(most, chosen.length + 3);
    const enough = lines.length <= few + 1; // "1 more" would take as much room as the one.
    const shown = before ? lines.filter(({ value }) => before.values.includes(value) || chosen.includes(value))
      : lines.slice(0, whole ? MANY : enough ? few + 1 : few);
    const rest = lines.length - shown.length;
    const more = before ? before.more : rest > 0 || (whole && !enough);
    this.#shown.set(group, { values: shown.map(({ value }) => value), more });
    return { lines: shown, rest, more };
  }
}
