/** SDNext explains a button by its text: that of our tab "Generate" gets the words of its own Generate. */

import { isInPartBar } from './tabs.js';

/** By then gradio has put another button in the place of the one that was clicked. */
const REPLACED_AFTER = 300;

function hide() {
  document.querySelectorAll('.tooltip.tooltip-show').forEach((hint) => hint.classList.remove('tooltip-show'));
}

/** Before SDNext hears that the pointer is there. */
export function keepHintsOff() {
  document.addEventListener('pointerover', ({ target }) => {
    if (target instanceof HTMLElement && target.dataset.hint && isInPartBar(target)) {
      delete target.dataset.hint;
    }
  }, true);
  document.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLElement && isInPartBar(target)) {
      hide(); // The clicked button is gone before the pointer leaves it: nobody else would.
      setTimeout(hide, REPLACED_AFTER);
    }
  }, true);
}
