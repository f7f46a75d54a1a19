/** Which of a group of duplicates stays: what the server suggests, or what the user chose. Plain functions. */

/** @import {Duplicate, DuplicateGroup, DuplicateKind} from '../core/types-changes.js' */

/** Kinds in which all but one can go: those with one name are different LoRAs. */
const DELETABLE = /** @type {readonly DuplicateKind[]} */ (['file', 'tensors', 'version']);
/** Kinds of which the files themselves tell that they are the same. Of a version only records say so. */
const COMPARED = /** @type {readonly DuplicateKind[]} */ (['file', 'tensors']);

/** @param {DuplicateGroup} group @param {Map<string, number>} chosen by key @returns {number} id */
export function keptOf({ key, keep, items }, chosen) {
  const wanted = chosen.get(key);
  return items.some(({ id }) => id === wanted) ? Number(wanted) : keep;
}

/** @param {DuplicateGroup} group @param {Map<string, number>} chosen @returns {number[]} ids of those that would go */
export function othersOf(group, chosen) {
  const kept = keptOf(group, chosen);
  return DELETABLE.includes(group.kind) ? group.items.map(({ id }) => id).filter((id) => id !== kept) : [];
}

/** @param {DuplicateKind} kind */
export function isCompared(kind) {
  return COMPARED.includes(kind);
}

/** Whether the others can go unseen: nothing is deleted so on the word of a record. @param {DuplicateGroup} group */
export function isSure({ kind, confirmed }) {
  return isCompared(kind) && confirmed;
}

/**
 * @param {DuplicateGroup[]} groups
 * @param {Map<string, number>} chosen
 * @returns {{ids: number[], groups: number, bytes: number}} what deleting the others of all confirmed groups comes to
 */
export function allOthers(groups, chosen) {
  const sure = groups.filter(isSure);
  const kept = new Set(sure.map((group) => keptOf(group, chosen))); // Also where another group holds it too.
  const gone = new Set(sure.flatMap((group) => othersOf(group, chosen)).filter((id) => !kept.has(id)));
  return { ids: [...gone], groups: sure.length, bytes: bytesOf(sure.flatMap(({ items }) => items), gone) };
}

/** @param {Duplicate[]} items @param {Set<number>} ids @returns {number} what these take on the disk */
export function bytesOf(items, ids) {
  return items.reduce((sum, { id, size }) => sum + (ids.has(id) ? (size ?? 0) : 0), 0);
}

/** @param {DuplicateGroup[]} groups @returns {number[]} ids of the files whose contents are to be compared */
export function unconfirmed(groups) {
  const open = groups.filter(({ kind, confirmed }) => isCompared(kind) && !confirmed);
  return open.flatMap(({ items }) => items.map(({ id }) => id));
}

/** The one that stays comes first. @param {DuplicateGroup} group @param {number} kept @returns {Duplicate[]} */
export function inOrder({ items }, kept) {
  return [...items.filter(({ id }) => id === kept), ...items.filter(({ id }) => id !== kept)];
}
