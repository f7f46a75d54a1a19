/**
 * One prompt box of the host. Its text changes in ways that no single event tells: typing and the host's own scripts
 * fire `input`, pasted parameters set the value without an event, and other scripts may do neither.
 */

import { isShown } from './tabs.js';

/**
 * Hear of every `box.value = …`, whoever writes it.
 * @param {HTMLTextAreaElement} box
 * @param {() => void} changed
 * @returns {() => void} stop
 */
function watchAssignments(box, changed) {
  const own = Object.getOwnPropertyDescriptor(box, 'value'); // Another extension may watch as well.
  const { get, set } = /** @type {Required<PropertyDescriptor>} */ (
    own ?? Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')
  );
  Object.defineProperty(box, 'value', {
    configurable: true,
    enumerable: true,
    get() {
      return get.call(box);
    },
    set(text) {
      set.call(box, text);
      queueMicrotask(changed); // Later: nothing of ours may fail inside the host's assignment.
    },
  });
  return () => {
    if (own) {
      Object.defineProperty(box, 'value', own);
    } else {
      Reflect.deleteProperty(box, 'value');
    }
  };
}

/** Marks a box that is watched: a second copy of this page (another version) leaves it alone. */
export class WatchedBox {
  #text;
  #shown = false;
  #stop;

  /**
   * @param {HTMLTextAreaElement} element
   * @param {{changed: (text: string) => void, entered: () => void}} handlers entered: the user came to this box
   */
  constructor(element, handlers) {
    this.element = element;
    this.handlers = handlers;
    this.#text = element.value;
    /** Whether the user ever put the caret somewhere in it. */
    this.touched = false;
    const check = () => this.check();
    const touch = () => {
      this.touched = true;
      handlers.entered();
    };
    const sight = new ResizeObserver(() => this.look());
    const stopAssignments = watchAssignments(element, check);
    element.addEventListener('input', check);
    element.addEventListener('pointerdown', touch);
    element.addEventListener('keyup', touch);
    sight.observe(element);
    this.#stop = () => {
      stopAssignments();
      sight.disconnect();
      element.removeEventListener('input', check);
      element.removeEventListener('pointerdown', touch);
      element.removeEventListener('keyup', touch);
    };
    this.look();
  }

  /** The tab with this box was opened, or left. */
  look() {
    const shown = isShown(this.element);
    if (shown && !this.#shown) {
      this.handlers.entered();
    }
    this.#shown = shown;
  }

  /** Tell of a change that no event told of. */
  check() {
    const text = this.element.value;
    if (text !== this.#text) {
      this.#text = text;
      this.handlers.changed(text);
    }
  }

  /** The caret, counted in characters as the server counts them; null when the user never put it anywhere. */
  get caret() {
    const { value, selectionEnd } = this.element;
    return this.touched ? [...value.slice(0, selectionEnd)].length : null;
  }

  stop() {
    this.#stop();
  }
}
