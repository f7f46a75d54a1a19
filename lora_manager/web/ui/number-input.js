/**
 * A box for a number. The browser's own takes a comma for nothing in an English page: "0,45" becomes 45. This one reads
 * it as a point.
 */

import { readNumber } from '../core/format.js';
import { html, nothing } from '../vendor/lit.js';

/**
 * Taken over when the user is done with the field. Not bound live: drawing again must not undo what is being typed.
 * @param {object} field
 * @param {string} field.label
 * @param {string} field.text what stands in it
 * @param {number} field.step of the arrow keys
 * @param {(value: number) => string} field.take takes the number over, and says what is to stand there
 * @param {string} [field.look] classes
 * @param {string} [field.hint]
 */
export function numberInput({ label, text, step, take, look = 'field', hint = '' }) {
  /** @param {HTMLInputElement} box @param {number|null} value */
  const put = (box, value) => {
    box.value = value === null ? text : take(value);
  };
  /** @param {KeyboardEvent & {target: HTMLInputElement}} event */
  const key = (event) => {
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    const value = readNumber(event.target.value);
    if (by && value !== null) {
      event.preventDefault();
      put(event.target, Math.round((value + by) * 100) / 100);
    }
  };
  return html`<input class=${`number ${look}`} type="text" inputmode="decimal" role="spinbutton" autocomplete="off"
    aria-label=${label} aria-valuenow=${text} title=${hint || nothing} .value=${text} @keydown=${key}
    @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => put(target, readNumber(target.value))}>`;
}
