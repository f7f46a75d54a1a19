/** Who is logged in, and the tokens that let scripts in as them. */

import * as format from '../core/format.js';
import { copyText, sentence } from '../core/actions.js';
import { makeToken, readTokens, revokeToken } from '../core/api-tools.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import '../strings/library.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';

/** @import {Access, Token} from '../core/types.js' */

const LONGEST_NAME = 100;

export class LmAccess extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    css`
      :host { display: block; }
      p { margin-top: 4px; max-width: 640px; }
      h3 { margin-top: 16px; }
      form { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
      form .field { flex: 1 1 200px; max-width: 320px; }
      li { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 8px 0; border-top: 1px solid var(--lm-line); }
      ul { margin: 12px 0 -8px; }
      ul:empty { display: none; }
      li .grow { flex-basis: 160px; }
      li .clip { display: block; }
      .new { margin-top: 12px; padding: 12px; border-radius: 8px; background: var(--lm-raise); }
      .btn.bad { color: var(--lm-bad); }
      .new p { margin: 0 0 8px; }
      code { overflow-wrap: anywhere; user-select: all; }
    `,
  ];

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Token[]} */
    this.items = [];
    /** @type {{id: number, token: string}|null} the one just made: nobody shows it again */
    this.made = null;
    /** @type {number|null} the one that a second click revokes */
    this.asked = null;
    this.error = '';
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('access') && this.access?.login) {
      void this.#try(async () => {});
    }
  }

  /** Do something, then read what there is now. @param {() => Promise<unknown>} action */
  async #try(action) {
    const { api } = this.session;
    this.error = '';
    try {
      await action();
    } catch (error) {
      this.error = sentence(error);
    }
    try {
      this.items = (await readTokens(api)).items;
    } catch (error) {
      this.error ||= sentence(error);
    }
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #make(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.find('input'));
    const name = field.value.trim();
    if (name === '') {
      this.error = t('access.unnamed');
      this.requestUpdate();
      field.focus();
    } else {
      void this.#try(async () => {
        this.made = await makeToken(this.session.api, name);
        field.value = '';
      });
    }
  }

  /** @param {Token} token */
  #revoke({ id, name }) {
    this.asked = null;
    this.made = this.made?.id === id ? null : this.made;
    void this.#try(async () => {
      await revokeToken(this.session.api, id);
      this.session.toasts.show(t('access.revoked', { name }));
    });
  }

  /** @override */
  render() {
    const { access } = this;
    const user = access?.user_name;
    return html`<h2>${t('access.title')}</h2>
      <p>${access?.login ? (user ? t('access.user', { name: user }) : t('access.login')) : t('access.open')}</p>
      ${access && !access.may_change_settings ? html`<p class="warn">${flags(access.reason)}</p>` : nothing}
      ${access?.login ? this.#tokens() : nothing}`;
  }

  #tokens() {
    return html`<h3>${t('access.tokens')}</h3>
      <p class="dim">${t('access.tokens_text')}</p>
      <form @submit=${this.#make}>
        <input class="field" maxlength=${LONGEST_NAME} aria-label=${t('access.name')} placeholder=${t('access.name')}
          autocomplete="off"><button class="btn">${t('access.make')}</button>
      </form>
      ${this.error ? html`<p class="bad" role="alert">${this.error}</p>` : nothing}
      ${this.made ? this.#shown(this.made.token) : nothing}
      <ul>${repeat(this.items, ({ id }) => id, (token) => this.#token(token))}</ul>`;
  }

  /** @param {string} token */
  #shown(token) {
    return html`<div class="new" role="status"><p>${t('access.made')}</p>
      <div class="row"><code class="grow">${token}</code>
        <button class="btn tiny" @click=${() => copyText(this.session, token, t('detail.copied'))}>${icons.copy}${t('detail.copy')}</button></div></div>`;
  }

  /** @param {Token} token */
  #token(token) {
    const { id, name, created_at: made, last_used_at: used } = token;
    const ask = (/** @type {number|null} */ which) => {
      this.asked = which;
      this.requestUpdate();
    };
    return html`<li><span class="grow"><span class="clip" title=${name}>${name}</span>
        <span class="dim small">${t('access.age', { ago: format.ago(made) })} · ${
          used ? t('access.used', { ago: format.ago(used) }) : t('access.unused')}</span></span>
      ${this.asked === id
        ? html`<button class="btn tiny bad" @click=${() => this.#revoke(token)}>${t('access.really')}</button>
          <button class="btn tiny" @click=${() => ask(null)}>${t('access.keep')}</button>`
        : html`<button class="btn quiet tiny" aria-label=${t('access.revoke_of', { name })} @click=${() => ask(id)}>${t('access.revoke')}</button>`}
    </li>`;
  }
}

define('lm-access', LmAccess);
