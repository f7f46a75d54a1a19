/** The files' own hashes: how far their computing is, pausing it and letting it go on. */

import * as format from '../core/format.js';
import { sentence } from '../core/actions.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { t } from '../strings.js';
import '../strings/library.js';
import { css, html, nothing } from '../vendor/lit.js';
import { hashingText, isUnderWay } from './hashing-words.js';

/** @import {Access, Hashing} from '../core/types.js' */

/** Milliseconds between questions where the server cannot tell by itself. */
const ASK_AGAIN = 5000;

export class LmHashing extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    css`
      :host { display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); }
      p { max-width: 640px; }
      .row { min-height: 32px; }
      .bar { margin: 4px 0; }
      .now { min-height: 20px; }
    `,
  ];

  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;

  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#read());

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    this.asking = false;
    this.watch(this.session.hashing);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this);
    clearInterval(this.#timer);
    const isUntold = () => !this.session.events.live && this.checkVisibility?.();
    this.#timer = setInterval(() => isUntold() && void this.#read(), ASK_AGAIN);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
    clearInterval(this.#timer);
  }

  async #read() {
    try {
      this.session.hashing.set({ status: await this.session.api.hashing() });
    } catch {
      // What was last heard stands; the shell says when the server is away.
    }
  }

  /** @param {boolean} paused */
  async #pause(paused) {
    this.asking = true;
    this.requestUpdate();
    try {
      this.session.hashing.set({ status: await this.session.api.pauseHashing(paused) });
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.asking = false;
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { status } = this.session.hashing.state;
    return html`<h2>${t('hashing.title')}</h2>
      <p class="dim">${t('hashing.why')}</p>
      ${status ? this.#status(status) : nothing}`;
  }

  /** @param {Hashing} status */
  #status(status) {
    const { state, errors } = status;
    return html`<div class="row"><span class="grow">${hashingText(status)}</span>
        ${state === 'idle' ? nothing : this.#button(state !== 'paused')}</div>
      ${isUnderWay(status) ? this.#progress(status) : nothing}
      ${errors > 0 ? html`<p class="dim">${t('hashing.errors', { n: errors })}</p>` : nothing}`;
  }

  /** @param {boolean} pauses */
  #button(pauses) {
    const { may_change_settings: may = false, reason = '' } = this.access ?? {};
    return html`<button class="btn tiny" ?disabled=${!may || this.asking} title=${reason || nothing}
      @click=${() => this.#pause(pauses)}>${t(pauses ? 'hashing.pause' : 'hashing.resume')}</button>`;
  }

  /** @param {Hashing} status */
  #progress({ bytes_done: done, bytes_total: total, current }) {
    const share = total > 0 ? (100 * done) / total : 0;
    return html`<div class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-label=${t('hashing.progress')}
        aria-valuenow=${format.percent(done, total)}><i style="width:${share}%"></i></div>
      <p class="now dim small clip">${current.join(', ')}</p>`;
  }
}

define('lm-hashing', LmHashing);
