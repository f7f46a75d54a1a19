/** What the file itself tells: its network, by which evidence its base model is known, and its hashes. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { copyButton, fact, sourceChip } from './fact.js';
import { modulesText, rankText, sameHash, spreadText } from './network-text.js';

/** @import {AdapterFile, Detail} from '../core/types.js' */

/** @param {Detail} detail */
export function networkFacts(detail) {
  const { network } = detail;
  if (!network) {
    return fact(t('network.type'), detail.algorithm);
  }
  const alphas = network.alphas?.length ? network.alphas : network.alpha === null ? [] : [network.alpha];
  const rank = rankText(network);
  const more = spreadText(network);
  return html`
    ${fact(t('network.type'), [network.algorithm, network.dora ? 'DoRA' : ''].filter(Boolean).join(', '))}
    ${fact(t('network.rank'), rank && html`${rank}${more ? html`<span class="dim small line">${more}</span>` : nothing}`)}
    ${fact(t('network.alpha'), alphas.join(', '))}
    ${fact(t('network.modules'), modulesText(network))}
    ${fact(t('network.embeddings'), network.embeddings ? format.count(network.embeddings) : '')}
    ${fact(t('network.dtype'), network.dtype)}
    ${fact(t('network.naming'), network.naming)}
    ${fact(t('network.trainer'), network.trainer === network.naming ? '' : network.trainer)}`;
}

/** Why the base model is what it says, best first. @param {Detail} detail */
export function evidence({ network }) {
  const all = network?.evidence ?? [];
  return all.length === 0 ? nothing : html`<ul class="evidence" aria-label=${t('network.evidence')}>${all.map(({ what, source }) => html`<li
    class="dim small">${what}${sourceChip(source)}</li>`)}</ul>`;
}

/** @param {AdapterFile} file @param {(text: string) => void} copy */
export function hashFacts(file, copy) {
  const state = /** @type {'claimed'|'confirmed'} */ (file.sha256_state === 'confirmed' ? 'confirmed' : 'claimed');
  const known = { text: t(`hash.${state}`), why: t(`hash.${state}_why`), look: state };
  const inFile = !file.autov3_computed ? null : sameHash(file.autov3, file.autov3_computed)
    ? { text: t('hash.same'), why: '', look: 'confirmed' }
    : { text: t('hash.different'), why: t('hash.different_why'), look: 'different' };
  return html`<dl class="facts hashes">
    ${hashFact(t('hash.sha256'), file.sha256, known, copy)}
    ${hashFact(t('hash.autov2'), file.autov2, known, copy)}
    ${hashFact(t('hash.autov3'), file.autov3, inFile, copy)}
    ${hashFact(t('hash.autov3_computed'), file.autov3_computed, null, copy)}
  </dl>`;
}

/**
 * @param {string} name
 * @param {string|null|undefined} value
 * @param {{text: string, why: string, look: string}|null} state
 * @param {(text: string) => void} copy
 */
function hashFact(name, value, state, copy) {
  return value ? fact(name, html`<code>${value}</code>${copyButton(name, () => copy(value))}${
    state ? html`<span class="source ${state.look}" title=${state.why}>${state.text}</span>` : nothing}`) : nothing;
}
