/** `<lora:NAME:WEIGHT>` tags in a prompt: where they stand, and changing one of them without touching the rest. */

import { weight as weightText } from './format.js';

/**
 * @typedef {object} Tag
 * @property {string} name as written
 * @property {number} weight of the first (text encoder) part, 1 when none is written
 * @property {number} start
 * @property {number} end
 */

const TAG = /<(?:lora|lyco|lycoris):([^:<>]+)((?::[^:<>]*)*)>/gi;

/**
 * @param {string} prompt
 * @returns {Tag[]} in the order in which they stand
 */
export function parseTags(prompt) {
  return Array.from(prompt.matchAll(TAG), (match) => {
    const written = Number.parseFloat(match[2].split(':')[1] ?? '');
    return {
      name: match[1].trim(),
      weight: Number.isFinite(written) ? written : 1,
      start: match.index,
      end: match.index + match[0].length,
    };
  });
}

/**
 * @param {string} prompt
 * @param {number} index which tag
 * @param {number} weight
 * @returns {string} the prompt with that tag's first weight replaced; parts behind it stay
 */
export function withWeight(prompt, index, weight) {
  const tag = parseTags(prompt)[index];
  if (!tag) {
    return prompt;
  }
  const parts = prompt.slice(tag.start + 1, tag.end - 1).split(':');
  parts[2] = weightText(weight);
  return `${prompt.slice(0, tag.start)}<${parts.join(':')}>${prompt.slice(tag.end)}`;
}

/**
 * @param {string} prompt
 * @param {string} old
 * @param {string} name
 * @returns {string} with every tag of that name renamed
 */
export function withName(prompt, old, name) {
  return prompt.replace(TAG, (tag, written) => {
    const start = tag.indexOf(':') + 1;
    return written.trim() === old ? tag.slice(0, start) + name + tag.slice(start + written.length) : tag;
  });
}

/**
 * @param {string} prompt
 * @param {number} index which tag
 * @returns {string} the prompt without it and without the gap or doubled comma it would leave
 */
export function withoutTag(prompt, index) {
  const tag = parseTags(prompt)[index];
  if (!tag) {
    return prompt;
  }
  const before = prompt.slice(0, tag.start).replace(/[ \t]+$/, '');
  const after = prompt.slice(tag.end).replace(/^[ \t]+/, '');
  if (before === '' || before.endsWith('\n')) {
    return before + after.replace(/^,[ \t]*/, '');
  }
  if (after === '' || after.startsWith('\n')) {
    return before.replace(/,$/, '') + after;
  }
  return before.endsWith(',') && after.startsWith(',') ? before + after.slice(1) : joined(before, after);
}

/** @param {string} before @param {string} after */
function joined(before, after) {
  return after.startsWith(',') ? before + after : `${before} ${after}`;
}

const SEPARATOR = /[,\n]|\b(?:BREAK|AND)\b/;
const SEPARATOR_OR_END = /[,\n]|\b(?:BREAK|AND)\b|[.!?;](?=\s)/;

/** @param {string} phrase @returns {string} without the brackets around it and the weight in them */
function bare(phrase) {
  let text = phrase.trim().replace(/^(?:[([]\s*)+/, '');
  const marks = (/** @type {RegExp} */ kind) => text.replace(/\\./g, '').match(kind)?.length ?? 0;
  while (/(?<!\\)[)\]]$/.test(text) && marks(/[)\]]/g) > marks(/[([]/g)) {
    text = text.slice(0, -1).replace(/:\s*[\d.]+\s*$/, '').trimEnd();
  }
  return text.replace(/\\([()[\]\\])/g, '$1').toLowerCase().replace(/[.!?;]+$/, '').split(/\s+/).join(' ').trim();
}

/** @param {string} text @param {RegExp} separator */
function phrases(text, separator) {
  return text.split(separator).map(bare).filter(Boolean);
}

/**
 * Which trigger words stand in a prompt as phrases of their own, as the server understands it: neither the name in a
 * tag nor a part of other words.
 * @param {string} prompt
 * @param {string[]} words
 * @returns {string[]}
 */
export function wordsIn(prompt, words) {
  const text = prompt.replace(TAG, ',');
  const present = new Set([SEPARATOR, SEPARATOR_OR_END].flatMap((separator) => phrases(text, separator)));
  return words.filter((word) => {
    const wanted = phrases(word, SEPARATOR);
    return wanted.length > 0 && wanted.every((phrase) => present.has(phrase));
  });
}
