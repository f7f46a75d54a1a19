/** What stands where there is nothing to show: what is so, why, and what to do about it. */

import { css, html, nothing } from '../vendor/lit.js';
import { sentence } from '../core/actions.js';
import { t } from '../strings.js';
import { icons } from './icons.js';

export const noticeStyles = css`
  .notice {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    max-width: 460px;
    margin: auto;
    padding: 32px 24px;
    text-align: center;
    color: var(--lm-dim);
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  .notice h2 { color: var(--lm-text); }
  .notice .what { display: flex; flex-wrap: wrap; gap: 8px; justify-content: center; margin-top: 8px; }
  .notice > svg { width: 28px; height: 28px; stroke-width: 1; opacity: 0.8; }
`;

/**
 * @param {object} content
 * @param {unknown} [content.icon]
 * @param {string} content.title
 * @param {unknown} [content.text]
 * @param {unknown} [content.actions]
 */
export function notice({ icon, title, text, actions }) {
  return html`<div class="notice">${icon ?? nothing}<h2>${title}</h2>${text ? html`<p>${text}</p>` : nothing}
    ${actions ? html`<div class="what">${actions}</div>` : nothing}</div>`;
}

/** @param {unknown} error @param {() => void} retry */
export function errorNotice(error, retry) {
  return notice({
    icon: icons.warn,
    title: t('error.title'),
    text: sentence(error),
    actions: html`<button class="btn" @click=${retry}>${icons.again}${t('error.retry')}</button>`,
  });
}
