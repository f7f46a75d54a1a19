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

export class WatchedBox {
  #text;
  #stop;

  /**
   * @param {HTMLTextAreaElement} element
   * @param {object} handlers
   * @param {(text: string) => void} handlers.changed
   * @param {() => void} handlers.seen it came into sight, or went out of it
   * @param {() => void} handlers.touched the user put the caret somewhere in it
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
      handlers.touched();
    };
    const sight = new ResizeObserver(() => handlers.seen());
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
  }

  get shown() {
    return isShown(this.element);
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
