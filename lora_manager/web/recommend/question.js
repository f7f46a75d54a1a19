/** What is asked for suggestions: told by the kind, the prompt, and what is typed besides. */

import { parseTags } from '../core/prompt-tags.js';

/** @import {Ask, RecommendKind} from '../core/types-recommend.js' */

/** In their order. @type {RecommendKind[]} */
export const KINDS = ['prompt', 'description', 'with', 'forgotten', 'trigger'];
/** Those that are asked with words of their own, not with the prompt. @type {RecommendKind[]} */
export const TYPED = ['description', 'trigger'];

const LIMIT = 24;
/** How much of the words two prompts share that are still one that is being written. */
const SAME = 0.5;

/** What suggestions for a prompt depend on. @param {string} prompt @returns {string} it without its tags */
export function wordsOf(prompt) {
  return parseTags(prompt)
    .reduceRight((rest, tag) => rest.slice(0, tag.start) + rest.slice(tag.end), prompt)
    .replace(/\s+/g, ' ').trim();
}

/**
 * @typedef {object} Wanted
 * @property {RecommendKind} kind
 * @property {string} prompt as it stands
 * @property {string} typed besides the prompt
 * @property {number[]} ids of the adapters in the prompt
 * @property {boolean} anyBase
 */

/** @param {Wanted} wanted @returns {Ask|null} null: there is nothing to ask with yet */
export function questionOf({ kind, prompt, typed, ids, anyBase }) {
  const base = { kind, limit: LIMIT, any_base: anyBase };
  if (TYPED.includes(kind)) {
    return typed.trim() ? { ...base, prompt: typed.trim() } : null;
  }
  if (kind === 'with') {
    return ids.length > 0 ? { ...base, prompt, ids } : null;
  }
  return wordsOf(prompt) ? { ...base, prompt } : null;
}

/** @param {Ask|null} ask @returns {string} the same for two questions whose answer would be the same */
export function keyOf(ask) {
  if (!ask) {
    return '';
  }
  const about = ask.kind === 'with' ? [...(ask.ids ?? [])].sort((a, b) => a - b) : wordsOf(ask.prompt);
  return JSON.stringify([ask.kind, about, ask.any_base === true]);
}

/** @param {string} text @returns {Set<string>} */
function wordSet(text) {
  return new Set(wordsOf(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

/**
 * Whether it is still the prompt of before, a little further written: what the user hid there stays hidden.
 * @param {string} before
 * @param {string} now
 */
export function isSamePrompt(before, now) {
  const [old, fresh] = [wordSet(before), wordSet(now)];
  const shared = [...old].filter((word) => fresh.has(word)).length;
  return old.size > 0 && shared >= SAME * old.size;
}
