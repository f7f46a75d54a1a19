/** Trigger words as toggles: which of them go into the prompt with the adapter. */

import { t } from '../strings.js';
import { icons } from '../ui/icons.js';
import { css, html, nothing } from '../vendor/lit.js';
import '../strings/detail.js';

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
  .pair { display: inline-flex; max-width: 100%; }
  .pair .word { border-radius: 6px 0 0 6px; }
  .pair .put {
    display: grid;
    place-items: center;
    width: 20px;
    flex: none;
    border: 1px solid var(--lm-line);
    border-left: 0;
    border-radius: 0 6px 6px 0;
    color: var(--lm-dim);
  }
  .pair .word[aria-pressed='true'] + .put { border-color: var(--lm-accent); }
  .put svg { width: 10px; height: 10px; opacity: 0.8; }
  .put:hover { background: var(--lm-raise); color: var(--lm-text); }
  @media (pointer: coarse) { .pair .word { padding: 7px 10px; } .pair .put { width: 32px; } }
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
 * @typedef {object} Choosing
 * @property {ReadonlySet<string>} chosen what goes in with Insert
 * @property {(chosen: Set<string>) => void} choose
 * @property {(words: string[]) => void} put these alone, now
 */

/**
 * @param {Card} card
 * @param {Choosing} choosing
 */
export function wordToggles(card, choosing) {
  const groups = card.trigger_groups.filter((group) => group.length > 0);
  if (groups.length === 0) {
    return html`<p class="dim small">${t('detail.no_triggers')}</p>`;
  }
  return groups.map((group, index) => html`<div class="group" role="group" aria-label=${t('detail.group', { n: index + 1 })}>
    ${groups.length > 1 ? groupName(group, index, choosing) : nothing}
    <div class="words">${group.map((word) => wordToggle(word, choosing))}</div>
  </div>`);
}

/** @param {string} word @param {Choosing} choosing */
function wordToggle(word, { chosen, choose, put }) {
  const label = t('edit.insert_word', { name: word });
  return html`<span class="pair"><button class="word" aria-pressed=${chosen.has(word)}
    @click=${() => choose(flipped(chosen, [word], !chosen.has(word)))}>${word}</button><button class="put" aria-label=${label} title=${label}
    @click=${() => put([word])}>${icons.plus}</button></span>`;
}

/**
 * @param {string[]} group
 * @param {number} index
 * @param {Choosing} choosing
 */
function groupName(group, index, { chosen, choose, put }) {
  const all = group.every((word) => chosen.has(word));
  return html`<div class="group-name small dim"><span class="grow">${t('detail.group', { n: index + 1 })}</span>
    <button class="btn quiet tiny" @click=${() => choose(flipped(chosen, group, !all))}>${t(all ? 'detail.no_words' : 'detail.all_words')}</button>
    <button class="btn quiet tiny" title=${t('edit.insert_group')} aria-label=${t('edit.insert_group')} @click=${() => put(group)}>${icons.plus}${t('edit.insert')}</button>
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
