/** Which suggestions stand in the list, and in what order: it must not change under the pointer without need. */

/** @import {Concept, Suggestion} from '../core/types-recommend.js' */

/**
 * What is in the prompt keeps its place, even where the new answer leaves it out.
 * @param {Suggestion[]} items of the new answer
 * @param {Suggestion[]} old as they stood
 * @param {(id: number) => boolean} isIn the prompt
 */
export function keptAmong(items, old, isIn) {
  const all = [...items];
  old.forEach((one, index) => {
    if (isIn(one.id) && !items.some(({ id }) => id === one.id)) {
      all.splice(index, 0, one);
    }
  });
  return all;
}

/**
 * @param {Suggestion[]} items
 * @param {{gone: (id: number) => boolean, concept: Concept|null}} by
 */
export function shownOf(items, { gone, concept }) {
  return items.filter(({ id }) => !gone(id) && (!concept || concept.ids.includes(id)));
}

/** Evidence of the prompt itself; taste, quality and popularity alone say nothing of it. */
const TELLING = new Set(['words', 'example', 'trigger', 'vector', 'co_use']);

/**
 * Those that hold words of the prompt or have other evidence of it, and those in it. All, where there are none.
 * @param {Suggestion[]} items
 * @param {(id: number) => boolean} isIn the prompt
 */
export function tellingOf(items, isIn) {
  const told = items.filter(({ id, matched, why }) => (
    isIn(id) || matched.length > 0 || why.some(({ kind }) => TELLING.has(kind))));
  return told.some(({ id }) => !isIn(id)) ? told : items;
}

/**
 * What the chips say: each thing that the prompt asks for, and how many of the list cover it. None where there is but
 * one thing: a chip would say nothing.
 * @param {Concept[]} concepts
 * @param {Suggestion[]} items
 * @returns {{concept: Concept, count: number}[]}
 */
export function countsOf(concepts, items) {
  const there = new Set(items.map(({ id }) => id));
  return concepts.length < 2 ? [] : concepts.map((concept) => ({
    concept, count: concept.ids.filter((id) => there.has(id)).length,
  }));
}

/** What nearly all cover says nothing of one. */
const NEARLY_ALL = 0.8;

/**
 * What of the prompt one covers, what few others do first.
 * @param {Pick<Suggestion, 'concepts'>} item
 * @param {Concept[]} concepts
 * @param {number} total of the list
 * @returns {string[]}
 */
export function coversOf({ concepts: indices }, concepts, total) {
  return indices.map((index) => concepts[index])
    .filter((concept) => concept && (total < 3 || concept.ids.length <= NEARLY_ALL * total))
    .sort((a, b) => a.ids.length - b.ids.length)
    .map(({ text }) => text);
}

/**
 * The chosen thing in a newer answer, by its text.
 * @param {Concept[]} concepts
 * @param {string} text "" for none
 * @returns {Concept|null}
 */
export function chosenOf(concepts, text) {
  return text ? (concepts.find((one) => one.text === text) ?? null) : null;
}
