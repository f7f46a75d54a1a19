/**
 * The box in which the shared prompt is typed. It is a child of the mount in light DOM, shown through a slot, so that
 * the tag-completion extensions of hosts find it like any other prompt box.
 */

import { t } from '../strings.js';
import { css } from '../vendor/lit.js';

/** @import {MountElement} from './element.js' */

/** A host's own styles for text areas win over ours unless ours insist. */
export const promptBoxStyles = css`
  ::slotted(textarea) {
    display: block !important;
    width: 100% !important;
    min-height: 76px !important;
    max-height: 40vh !important;
    box-sizing: border-box !important;
    margin: 0 !important;
    padding: 8px 12px !important;
    border: 1px solid var(--lm-line) !important;
    border-radius: 8px !important;
    background: var(--lm-panel) !important;
    color: var(--lm-text) !important;
    font: 13px/20px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif !important;
    resize: vertical !important;
  }
  ::slotted(textarea)::placeholder { color: var(--lm-dim) !important; opacity: 1 !important; }
  ::slotted(textarea:focus) {
    outline: none !important;
    border-color: var(--lm-accent) !important;
    box-shadow: 0 0 0 1px var(--lm-accent) !important;
  }
`;

export class PromptBox {
  /** @type {HTMLTextAreaElement|null} */
  #box = null;
  #stop = () => {};
  #seen = new IntersectionObserver(() => this.#fit());
  /** The height that it was given for its text, and how long that was. */
  #given = '';
  #length = 0;

  /** @param {MountElement} host whose shadow holds a slot named "prompt" */
  constructor(host) {
    this.host = host;
    host.addController(this);
  }

  hostConnected() {
    const { prompt } = this.host.session;
    this.#box ??= this.#make();
    this.#seen.observe(this.#box);
    this.#stop();
    this.#stop = prompt.subscribe(({ text }) => this.#show(text));
    this.#show(prompt.state.text);
  }

  hostDisconnected() {
    this.#stop();
    this.#stop = () => {};
    this.#seen.disconnect();
  }

  #make() {
    const box = document.createElement('textarea');
    box.slot = 'prompt';
    box.rows = 3;
    box.spellcheck = false;
    box.placeholder = t('prompt.placeholder');
    box.setAttribute('aria-label', t('prompt.label'));
    box.addEventListener('input', () => {
      this.host.session.prompt.write(box.value);
      this.#fit();
    });
    this.host.append(box);
    return box;
  }

  /**
   * As high as its text, within what the styles allow; a height that the user drew stays. Not while hidden: then there
   * is nothing to measure.
   */
  #fit() {
    const box = this.#box;
    if (!box || box.clientHeight === 0) {
      return;
    }
    if (box.value.length < this.#length && box.style.height === this.#given) {
      box.style.height = '';
    }
    this.#length = box.value.length;
    if (box.scrollHeight > box.clientHeight) {
      box.style.height = `${box.scrollHeight + 2}px`;
      this.#given = box.style.height;
    }
  }

  /** @param {string} text */
  #show(text) {
    if (this.#box && this.#box.value !== text) {
      this.#box.value = text;
      this.#fit();
    }
  }
}
