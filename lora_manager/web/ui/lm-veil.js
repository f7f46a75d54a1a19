/** Lies over a mount while the server cannot answer, and says why. */

import { HOST_PAGE } from '../core/base.js';
import { getSession } from '../core/session.js';
import { StoreController } from '../core/store.js';
import { t } from '../strings.js';
import { css, html, LitElement, nothing } from '../vendor/lit.js';
import { controls } from './controls.js';
import { icons } from './icons.js';
import { notice, noticeStyles } from './notice.js';

const NAME = 'lm-veil';

export class LmVeil extends LitElement {
  static styles = [
    controls,
    noticeStyles,
    css`
      :host { position: absolute; inset: 0; z-index: 20; display: flex; background: var(--lm-bg); }
      :host([hidden]) { display: none; }
    `,
  ];

  constructor() {
    super();
    this.opening = getSession().api.opening;
    new StoreController(this, this.opening);
  }

  /** @override */
  willUpdate() {
    this.hidden = this.opening.state.obstacle === null;
  }

  /** @override */
  render() {
    const { obstacle, detail } = this.opening.state;
    if (obstacle === 'starting') {
      return notice({ icon: icons.logo, title: t('opening.starting'), text: t('opening.starting_text') });
    }
    if (obstacle === 'login') {
      return notice({
        icon: icons.info,
        title: t('opening.login'),
        actions: html`<a class="btn primary" href=${HOST_PAGE} target="_blank">${t('opening.login_button')}</a>`,
      });
    }
    return obstacle === null ? nothing : notice({
      icon: icons.warn,
      title: t('opening.unavailable'),
      text: detail,
      actions: html`<button class="btn" @click=${() => this.opening.hurry()}>${icons.again}${t('error.retry')}</button>`,
    });
  }
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, LmVeil);
}
