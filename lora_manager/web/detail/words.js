/** Trigger words as toggles: which of them go into the prompt with the adapter. */

import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';

/** @import {Card} from '../core/types.js' */

export const wordStyles = css`
  .words { display: flex; flex-wrap: wrap; gap: 4px; }
  .word {
    max-width: 100%;
    padding: 3px 8px;
    border: 1px solid var(--lm-line);
    border-radius: 6px;
    font-size: 12px;
    line-height: 16px;
    overflow-wrap: anywhere;
    color: var(--lm-dim);
  }
  .word:hover { border-color: var(--lm-line-strong); color: var(--lm-text); }
  .word[aria-pressed='true'] {
    border-color: var(--lm-accent);
    background: color-mix(in srgb, var(--lm-accent) 16%, transparent);
    color: var(--lm-text);
  }
  .group + .group { margin-top: 8px; }
  .group-name { display: flex; align-items: center; gap: 4px; margin-bottom: 2px; }
`;

/** @param {Card} card @returns {string[]} the words that go in unless the user says otherwise */
export function defaultWords(card) {
  return card.trigger_groups[card.default_group] ?? card.trigger_groups[0] ?? [];
}

/** @param {Card} card @returns {string[]} every word once, in order */
export function allWords(card) {
  return [...new Set(card.trigger_groups.flat())];
}

/**
 * @param {Card} card
 * @param {ReadonlySet<string>} chosen
 * @param {(chosen: Set<string>) => void} choose
 */
export function wordToggles(card, chosen, choose) {
  const groups = card.trigger_groups.filter((group) => group.length > 0);
  if (groups.length === 0) {
    return html`<p class="dim small">${t('detail.no_triggers')}</p>`;
  }
  return groups.map((group, index) => html`<div class="group">
    ${groups.length > 1 ? groupName(group, index, chosen, choose) : nothing}
    <div class="words">${group.map((word) => html`<button class="word" aria-pressed=${chosen.has(word)}
      @click=${() => choose(flipped(chosen, [word], !chosen.has(word)))}>${word}</button>`)}</div>
  </div>`);
}

/**
 * @param {string[]} group
 * @param {number} index
 * @param {ReadonlySet<string>} chosen
 * @param {(chosen: Set<string>) => void} choose
 */
function groupName(group, index, chosen, choose) {
  const all = group.every((word) => chosen.has(word));
  return html`<div class="group-name small dim"><span class="grow">${t('detail.group', { n: index + 1 })}</span>
    <button class="btn quiet tiny" @click=${() => choose(flipped(chosen, group, !all))}>${t(all ? 'detail.no_words' : 'detail.all_words')}</button>
  </div>`;
}

/**
 * @param {ReadonlySet<string>} chosen
 * @param {string[]} words
 * @param {boolean} on
 */
function flipped(chosen, words, on) {
  const next = new Set(chosen);
  words.forEach((word) => (on ? next.add(word) : next.delete(word)));
  return next;
}
