/** What is known of an adapter and its files, as tables to read. */

import * as format from '../core/format.js';
import { isWebLink } from '../core/safe-html.js';
import { tagOf } from '../core/card-text.js';
import { t } from '../strings.js';
import { css, html, live, nothing } from '../vendor/lit.js';
import { archetypes, baseModels, levels } from './choices.js';
import { around, editableFact, sourceOf } from './editable.js';
import { copyButton, fact, sourceChip } from './fact.js';
import { evidence, hashFacts, networkFacts } from './network.js';
import { shownSources, sourceName } from './sources.js';
import './lm-adapter-history.js';

/**
 * @import {Detail, AdapterFile, Sidecar} from '../core/types.js'
 * @import {Context} from './editable.js'
 */

export const factStyles = css`
  .facts { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 4px 12px; }
  .facts dt { color: var(--lm-dim); overflow-wrap: anywhere; }
  .facts dd { overflow-wrap: anywhere; }
  .facts .btn { margin: -2px 0; vertical-align: middle; }
  .source {
    margin-left: 4px;
    padding: 0 4px;
    font-weight: 400;
    border: 1px solid var(--lm-line);
    border-radius: 4px;
    color: var(--lm-dim);
    font-size: 11px;
    line-height: 14px;
    white-space: nowrap;
  }
  .source.confirmed { color: var(--lm-good); border-color: currentColor; }
  .source.different { color: var(--lm-warn); border-color: currentColor; }
  .evidence { display: grid; gap: 2px; margin-top: 2px; }
  .evidence .source { margin-left: 6px; }
  .line { display: block; }
  .levels { display: inline-flex; flex-wrap: wrap; gap: 2px; vertical-align: middle; }
  .level { padding: 1px 5px; border: 1px solid transparent; border-radius: 5px; font-size: 12px; line-height: 16px; color: var(--lm-dim); }
  .level:hover { border-color: var(--lm-line-strong); color: var(--lm-text); }
  .level[aria-pressed='true'] { background: var(--lm-raise); border-color: var(--lm-line-strong); color: var(--lm-text); }
  .switch { display: inline-flex; gap: 8px; align-items: baseline; cursor: pointer; }
  .switch input { flex: none; position: relative; top: 2px; }
  .hashes { margin-top: 4px; font-size: 12px; }
  .file + .file { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--lm-line); }
  .path { overflow-wrap: anywhere; }
  code { font: 11px/16px ui-monospace, 'SF Mono', Consolas, monospace; overflow-wrap: anywhere; }
  pre { margin: 0; white-space: pre-wrap; font: 11px/16px ui-monospace, 'SF Mono', Consolas, monospace; overflow-wrap: anywhere; }
`;

/** @param {Detail} detail @param {string} field */
export function source(detail, field) {
  return sourceChip(detail.edited.includes(field) ? 'user' : (detail.sources[field] ?? ''));
}

/** A long path is broken where its words end. @param {string} path */
function breakable(path) {
  return path.split(/(?<=[/_.-])/).map((part, n) => (n === 0 ? part : html`<wbr>${part}`));
}

/** What others thought of it, as far as its record says. @param {Detail} detail */
function community({ stats }) {
  const { downloadCount: downloads, thumbsUpCount: votes } = stats;
  return [
    typeof downloads === 'number' && downloads > 0 ? t('detail.downloads', { n: downloads }) : '',
    typeof votes === 'number' && votes > 0 ? t('detail.votes', { n: votes }) : '',
  ].filter(Boolean).join(', ');
}

/** What it was called: old prompts still say so. @param {Detail} detail */
function formerNames({ former_names: names = [] }) {
  return names.map(({ tag_name: name, until }) => html`<span class="line" title=${format.dateTime(until)}>${name}</span>`);
}

/** Whether it is listed and suggested. @param {Context} context */
function activeFact(context) {
  const { detail, editing } = context;
  return html`<dt>${t('field.active')}</dt><dd><label class="switch" title=${t('edit.active_why')}><input type="checkbox" role="switch" aria-label=${t('field.active')}
    .checked=${live(detail.active)} aria-description=${t('edit.active_why')}
    @change=${(/** @type {Event & {target: HTMLInputElement}} */ event) => (
      void editing.save(detail, { active: event.target.checked }))}>
    <span>${t(detail.active ? 'edit.on' : 'edit.off')}</span></label>${around(context, 'active')}</dd>`;
}

/** @param {Context} context @param {(text: string) => void} copy */
export function facts(context, copy) {
  const { detail, session: { api } } = context;
  const link = detail.model_url && isWebLink(detail.model_url)
    ? html`<a href=${detail.model_url} target="_blank" rel="noopener noreferrer">${t('detail.open_page')}</a>` : '';
  const whole = { kind: /** @type {const} */ ('whole'), read: (/** @type {string} */ text) => Math.round(format.readNumber(text) ?? 0) };
  const former = formerNames(detail);
  return html`<section><h3>${t('detail.model')}</h3><dl class="facts">
    ${editableFact(context, t('field.version'), 'version', {})}
    ${editableFact(context, t('detail.base'), 'base_model', { kind: 'combo', placeholder: t('edit.choose'), options: baseModels(api) }, evidence(detail))}
    ${editableFact(context, t('detail.archetype'), 'archetype', { kind: 'combo', placeholder: t('edit.choose'), options: archetypes(api) })}
    <dt>${t('field.nsfw_level')}</dt><dd>${levels(context)}${detail.nsfw_level ? sourceOf(context, 'nsfw_level') : nothing}${around(context, 'nsfw_level')}</dd>
    ${activeFact(context)}
    ${editableFact(context, t('field.ordinal'), 'ordinal', whole)}
    ${fact(t('detail.file'), breakable(detail.relative_path))}
    ${fact(t('detail.size'), format.bytes(detail.size))}
    ${fact(t('detail.tag_name'), html`${detail.tag_name}${copyButton(t('detail.tag_name'), () => copy(tagOf(detail)))}`)}
    ${fact(t('edit.formerly'), former.length > 0 ? former : '')}
    ${fact(t('detail.published'), format.date(detail.published_at), source(detail, 'published_at'))}
    ${fact(t('column.modified'), format.dateTime(detail.modified_at))}
    ${fact(t('column.added'), format.dateTime(detail.added_at))}
    ${fact(t('detail.community'), community(detail))}
    ${fact(t('detail.page'), link)}
  </dl></section>
  <section><h3>${t('network.title')}</h3><dl class="facts">${networkFacts(detail)}</dl></section>`;
}

/** @param {AdapterFile} file @param {(text: string) => void} copy */
function fileFacts(file, copy) {
  return html`<div class="file">
    <p class="path">${file.path}${copyButton(t('column.file'), () => copy(file.path))}</p>
    <p class="dim small">${[format.bytes(file.size), format.dateTime(file.mtime)].filter(Boolean).join(' · ')}</p>
    ${hashFacts(file, copy)}
  </div>`;
}

/** @param {Sidecar} sidecar */
function sidecarFacts(sidecar) {
  return html`<div class="file">
    <p class="path">${sidecar.path}</p>
    <p class="dim small">${[sidecar.format, format.bytes(sidecar.size), format.dateTime(sidecar.mtime)].filter(Boolean).join(' · ')}</p>
    ${sidecar.problem ? html`<p class="bad small">${t('detail.problem')}: ${sidecar.problem}</p>` : nothing}
  </div>`;
}

/** @param {string} title @param {unknown} content @param {number} [n] */
function fold(title, content, n = undefined) {
  return html`<details class="fold"><summary>${title}${n === undefined ? nothing : html` <span class="dim">${n}</span>`}</summary>
    <div class="inside">${content}</div></details>`;
}

/** @param {Context} context */
function resetAll({ detail, editing }) {
  const n = detail.edited.length;
  return n === 0 ? nothing : html`<details class="ask"><summary class="link">${t('edit.reset_all', { n })}</summary>
    <p class="small">${t('edit.reset_really')}</p>
    <button class="btn tiny" @click=${() => void editing.toSource(detail, detail.edited)}>${t('edit.reset_do')}</button></details>`;
}

/** The parts that few look at, folded. @param {Context} context @param {(text: string) => void} copy */
export function foldedFacts(context, copy) {
  const { detail } = context;
  const sources = shownSources(detail);
  const extra = Object.keys(detail.extra).length > 0;
  return html`
    <lm-adapter-history .adapterId=${detail.id} .editing=${context.editing}></lm-adapter-history>
    ${fold(t('detail.files'), detail.files.map((file) => fileFacts(file, copy)), detail.files.length)}
    ${detail.sidecars.length > 0 ? fold(t('detail.sidecars'), detail.sidecars.map(sidecarFacts), detail.sidecars.length) : nothing}
    ${sources.length > 0 ? fold(t('detail.sources'), html`<dl class="facts">${sources.map(([name, from]) => fact(t(name), sourceName(from)))}</dl>${resetAll(context)}`) : nothing}
    ${extra ? fold(t('detail.extra'), html`<pre>${JSON.stringify(detail.extra, null, 2)}</pre>`) : nothing}`;
}
