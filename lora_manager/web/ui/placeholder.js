/** What stands where a picture is missing: two letters on a colour, the same for a name each time. */

/** @param {string} text @returns {number} 32 bits, spread well (FNV-1a) */
function hash(text) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/**
 * @param {string} name
 * @returns {string} one or two letters
 */
export function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.slice(0, 2).map((word) => Array.from(word)[0].toLocaleUpperCase());
  return letters.join('') || '?';
}

/**
 * @param {string} name
 * @returns {string} value of a custom property: a hue of 0 to 359
 */
export function hue(name) {
  return String(hash(name) % 360);
}
