/** Lists of words as the user edits them: tags, and trigger words in groups. Each step makes a new list. */

/** @typedef {string[][]} Groups */

/** @param {string} text @returns {string[]} what stands between commas, semicolons and line breaks, each once */
export function splitWords(text) {
  return withWords([], text.split(/[,;\n]/));
}

/**
 * @param {string[]} words
 * @param {string[]} more
 * @returns {string[]} those that are there in any case stay as they are
 */
export function withWords(words, more) {
  const kept = new Map(words.map((word) => [word.toLowerCase(), word]));
  for (const word of more.map((one) => one.trim().replace(/\s+/g, ' ')).filter(Boolean)) {
    if (!kept.has(word.toLowerCase())) {
      kept.set(word.toLowerCase(), word);
    }
  }
  return [...kept.values()];
}

/** @param {Groups} groups @param {number} group @param {(words: string[]) => string[]} change @returns {Groups} */
function changed(groups, group, change) {
  return groups.map((words, index) => (index === group ? change(words) : words));
}

/**
 * @param {Groups} groups
 * @param {number} group one behind the last is a new one
 * @param {string} text
 * @returns {Groups}
 */
export function addWords(groups, group, text) {
  const all = group < groups.length ? groups : [...groups, []];
  return changed(all, group, (words) => withWords(words, splitWords(text)));
}

/** @param {Groups} groups @param {number} group @param {number} index @returns {Groups} */
export function removeWord(groups, group, index) {
  return changed(groups, group, (words) => words.filter((_, at) => at !== index));
}

/**
 * @param {Groups} groups
 * @param {number} group
 * @param {number} index
 * @param {string} text several words, where it has commas; none, where nothing is left
 * @returns {Groups}
 */
export function replaceWord(groups, group, index, text) {
  return changed(groups, group, (words) => (
    withWords(withWords(words.slice(0, index), splitWords(text)), words.slice(index + 1))));
}

/**
 * To before the place `toIndex` of a group. One that is there already goes to its new place.
 * @param {Groups} groups
 * @param {{group: number, index: number}} from
 * @param {{group: number, index: number}} to group: one behind the last is a new one
 * @returns {Groups}
 */
export function moveWord(groups, from, to) {
  const word = groups[from.group][from.index];
  const before = to.group === from.group && to.index > from.index ? to.index - 1 : to.index;
  const rest = removeWord(groups, from.group, from.index);
  const all = to.group < rest.length ? rest : [...rest, []];
  return changed(all, to.group, (words) => {
    const others = words.filter((one) => one.toLowerCase() !== word.toLowerCase());
    return [...others.slice(0, before), word, ...others.slice(before)];
  });
}

/** @param {Groups} groups @returns {Groups} without the empty ones, as they are kept */
export function tidyGroups(groups) {
  return groups.filter((words) => words.length > 0);
}
