/** Templates of names and folders, e.g. "{base_model}/{author}/{name}": written here, filled in by the server. */

/** What a template can take from a LoRA, as the server knows them. */
export const PLACEHOLDERS = /** @type {const} */ ([
  'base_model', 'family', 'author', 'archetype', 'first_tag', 'name', 'version', 'stem',
]);

/**
 * @param {string} text
 * @returns {string[]} what stands in braces and means nothing
 */
export function unknownIn(text) {
  const known = /** @type {readonly string[]} */ (PLACEHOLDERS);
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name).filter((name) => !known.includes(name.trim()));
}

/** @param {string} text @returns {boolean} whether a brace has no other */
export function isUnclosed(text) {
  const rest = text.replaceAll(/\{[^{}]*\}/g, '');
  return /[{}]/.test(rest);
}

/**
 * Put a placeholder in where the caret is. In a template of folders the parts of two placeholders are kept apart.
 * @param {string} text
 * @param {number} start
 * @param {number} end of what is selected
 * @param {string} name
 * @param {boolean} folders
 * @returns {{text: string, caret: number}}
 */
export function putIn(text, start, end, name, folders) {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const apart = folders ? '/' : ' ';
  const put = `${before.endsWith('}') ? apart : ''}{${name}}${after.startsWith('{') ? apart : ''}`;
  return { text: before + put + after, caret: start + put.length };
}
