/** A part of the details that is folded until somebody looks, asks then, and is open at the next LoRA too. */

import { sentence } from '../core/actions.js';
import { readPref, writePref } from '../core/prefs.js';
import { Latest } from '../core/timing.js';
import { LmElement } from '../ui/element.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import { html, nothing } from '../vendor/lit.js';

/** @template Answer what the server says of a LoRA */
export class FoldedPart extends LmElement {
  static properties = { adapterId: { attribute: false } };

  /** Under which name it is kept whether it is open. */
  static preference = '';

  #latest = new Latest();

  constructor() {
    super();
    /** @type {number|null} */
    this.adapterId = null;
    /** @type {boolean} */
    this.open = readPref(this.#preference, false);
    /** Whether all is shown of what is many. */
    this.whole = false;
    /** @type {Answer|null} */
    this.answer = null;
    /** @type {unknown} */
    this.error = null;
  }

  get #preference() {
    return /** @type {typeof FoldedPart} */ (this.constructor).preference;
  }

  /** @returns {string} what it is headed */
  heading() {
    throw new Error('A part has a heading.');
  }

  /** @param {number} id @param {AbortSignal} signal @returns {Promise<Answer>} */
  ask(id, signal) {
    throw new Error(`Nothing asks for ${id}, ${signal.aborted}.`);
  }

  /** @param {Answer} answer @returns {unknown} what it shows of an answer */
  inside(answer) {
    return answer;
  }

  /** Forget what belongs to the LoRA before. */
  forget() {
    Object.assign(this, { answer: null, error: null, whole: false });
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('adapterId')) {
      this.forget();
      if (this.open) {
        void this.read();
      }
    }
  }

  /** Ask again. */
  async read() {
    const id = /** @type {number} */ (this.adapterId);
    try {
      const answer = await this.#latest.run((signal) => this.ask(id, signal));
      if (!answer) {
        return;
      }
      this.answer = answer;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** Show all of what is many. */
  showAll() {
    this.whole = true;
    this.requestUpdate();
  }

  /** @param {Event & {target: HTMLDetailsElement}} event */
  #turned({ target }) {
    if (target.open !== this.open) {
      this.open = target.open;
      writePref(this.#preference, this.open);
      if (this.open && !this.answer) {
        void this.read();
      }
      this.requestUpdate();
    }
  }

  /** @override */
  render() {
    return html`<details class="whole" ?open=${this.open} @toggle=${this.#turned}><summary>${this.heading()}</summary>${
      this.open ? this.#opened() : nothing}</details>`;
  }

  #opened() {
    const { answer, error } = this;
    if (answer) {
      return this.inside(answer);
    }
    return error
      ? html`<p class="bad small">${sentence(error)} <button class="btn tiny" @click=${() => void this.read()}>${t('error.retry')}</button></p>`
      : html`<p class="dim small waiting" role="status">${t('recommend.looking')}</p>`;
  }
}
