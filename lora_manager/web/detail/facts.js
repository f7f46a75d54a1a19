/** What is known of an adapter and its files, as tables to read. */

import * as format from '../core/format.js';
import { isWebLink } from '../core/safe-html.js';
import { icons } from '../ui/icons.js';
import { isString, t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';

/** @import {Detail, AdapterFile, Sidecar} from '../core/types.js' */

export const factStyles = css`
  .facts { display: grid; grid-template-columns: minmax(72px, auto) minmax(0, 1fr); gap: 4px 12px; }
  .facts dt { color: var(--lm-dim); }
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
  .file + .file { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--lm-line); }
  .path { overflow-wrap: anywhere; }
  code { font: 11px/16px ui-monospace, 'SF Mono', Consolas, monospace; overflow-wrap: anywhere; }
  pre { margin: 0; white-space: pre-wrap; font: 11px/16px ui-monospace, 'SF Mono', Consolas, monospace; overflow-wrap: anywhere; }
`;

/** @param {string} name as the server calls it @returns {string} as people do */
export function sourceName(name) {
  const key = `source.${name}`;
  return isString(key) ? t(key) : name.replaceAll('_', ' ');
}

/** @param {Detail} detail @param {string} field */
export function source(detail, field) {
  const name = detail.edited.includes(field) ? t('detail.edited') : sourceName(detail.sources[field] ?? '');
  return name ? html`<span class="source">${name}</span>` : nothing;
}

/** @param {string} name @param {unknown} value @param {unknown} [extra] */
function fact(name, value, extra = nothing) {
  return value ? html`<dt>${name}</dt><dd>${value}${extra}</dd>` : nothing;
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
  const network = [
    detail.algorithm,
    detail.rank === null ? '' : t('detail.rank', { n: detail.rank }),
    detail.alpha === null ? '' : t('detail.alpha', { n: detail.alpha }),
  ].filter(Boolean).join(', ');
  const link = detail.model_url && isWebLink(detail.model_url)
    ? html`<a href=${detail.model_url} target="_blank" rel="noopener noreferrer">${t('detail.open_page')}</a>` : '';
  return html`<dl class="facts">
    ${fact(t('detail.base'), detail.base_model, source(detail, 'base_model'))}
    ${fact(t('detail.network'), network)}
    ${fact(t('detail.archetype'), detail.archetype, source(detail, 'archetype'))}
    ${fact(t('detail.file'), detail.relative_path)}
    ${fact(t('detail.size'), format.bytes(detail.size))}
    ${fact(t('detail.tag_name'), html`${detail.tag_name}
      <button class="btn quiet tiny icon" aria-label=${t('detail.copy_tag')} title=${t('detail.copy_tag')}
        @click=${() => copy(`<lora:${detail.tag_name}:${format.weight(detail.weight)}>`)}>${icons.copy}</button>`)}
    ${fact(t('detail.published'), format.date(detail.published_at))}
    ${fact(t('detail.community'), community(detail))}
    ${fact(t('detail.page'), link)}
  </dl>`;
}

/** @param {AdapterFile} file */
function fileFacts(file) {
  return html`<div class="file">
    <p class="path">${file.path}</p>
    <p class="dim small">${[format.bytes(file.size), format.dateTime(file.mtime)].filter(Boolean).join(' · ')}</p>
    ${file.sha256 ? html`<p class="dim small">${t('detail.hash')} <code>${file.sha256}</code>
      <span class="source">${file.sha256_state}</span></p>` : nothing}
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

/** The parts that few look at, folded. @param {Detail} detail */
export function foldedFacts(detail) {
  const sources = Object.entries(detail.sources);
  const extra = Object.keys(detail.extra).length > 0;
  return html`
    ${fold(t('detail.files'), detail.files.map(fileFacts), detail.files.length)}
    ${detail.sidecars.length > 0 ? fold(t('detail.sidecars'), detail.sidecars.map(sidecarFacts), detail.sidecars.length) : nothing}
    ${sources.length > 0 ? fold(t('detail.sources'), html`<dl class="facts">${sources.map(([field, from]) => fact(field.replaceAll('_', ' '), sourceName(from)))}</dl>`) : nothing}
    ${extra ? fold(t('detail.extra'), html`<pre>${JSON.stringify(detail.extra, null, 2)}</pre>`) : nothing}`;
}
