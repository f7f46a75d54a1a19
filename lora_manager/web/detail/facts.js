/** What is known of an adapter and its files, as tables to read. */

import * as format from '../core/format.js';
import { isWebLink } from '../core/safe-html.js';
import { tagOf } from '../core/card-text.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { copyButton, fact, sourceChip, sourceName } from './fact.js';
import { evidence, hashFacts, networkFacts } from './network.js';
import { shownSources } from './sources.js';

/** @import {Detail, AdapterFile, Sidecar} from '../core/types.js' */

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

/** @param {Detail} detail @param {(text: string) => void} copy */
export function facts(detail, copy) {
  const link = detail.model_url && isWebLink(detail.model_url)
    ? html`<a href=${detail.model_url} target="_blank" rel="noopener noreferrer">${t('detail.open_page')}</a>` : '';
  return html`<section><h3>${t('detail.model')}</h3><dl class="facts">
    ${fact(t('detail.base'), detail.base_model, html`${source(detail, 'base_model')}${evidence(detail)}`)}
    ${fact(t('detail.archetype'), detail.archetype, source(detail, 'archetype'))}
    ${fact(t('detail.file'), breakable(detail.relative_path))}
    ${fact(t('detail.size'), format.bytes(detail.size))}
    ${fact(t('detail.tag_name'), html`${detail.tag_name}${copyButton(t('detail.tag_name'), () => copy(tagOf(detail)))}`)}
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

/** The parts that few look at, folded. @param {Detail} detail @param {(text: string) => void} copy */
export function foldedFacts(detail, copy) {
  const sources = shownSources(detail);
  const extra = Object.keys(detail.extra).length > 0;
  return html`
    ${fold(t('detail.files'), detail.files.map((file) => fileFacts(file, copy)), detail.files.length)}
    ${detail.sidecars.length > 0 ? fold(t('detail.sidecars'), detail.sidecars.map(sidecarFacts), detail.sidecars.length) : nothing}
    ${sources.length > 0 ? fold(t('detail.sources'), html`<dl class="facts">${sources.map(([name, from]) => fact(t(name), sourceName(from)))}</dl>`) : nothing}
    ${extra ? fold(t('detail.extra'), html`<pre>${JSON.stringify(detail.extra, null, 2)}</pre>`) : nothing}`;
}
