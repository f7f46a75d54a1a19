/** Which parts of a text are words that matched. */

/**
 * @param {string} text
 * @param {string[]} words
 * @returns {{text: string, hit: boolean}[]} the text in pieces, in order
 */
export function highlight(text, words) {
  const escaped = words.filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (escaped.length === 0) {
    return text ? [{ text, hit: false }] : [];
  }
  return text.split(new RegExp(`(${escaped.join('|')})`, 'gi'))
    .map((piece, index) => ({ text: piece, hit: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
