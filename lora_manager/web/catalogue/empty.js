/** What the catalogue says when it has no card to show. */

import { errorNotice, notice } from '../ui/notice.js';
import { icons } from '../ui/icons.js';
import { progressBar, progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { askFits } from './lm-active-filters.js';
import { afresh, filtersOf } from './query.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Results} from './results.js'
 */

/**
 * @param {Session} session
 * @param {Results} results
 * @returns {unknown} null while there are cards, or may be
 */
export function emptyCatalogue(session, results) {
  const { cards } = results;
  if (cards.error && (cards.total === null || !cards.current)) {
    return errorNotice(cards.error, () => results.retry());
  }
  if (cards.total !== 0 || !cards.current) {
    return null;
  }
  const { problem, libraryTotal } = results.state;
  if (problem) {
    return notice({ icon: icons.search, title: t('empty.problem'), text: problem.message });
  }
  return libraryTotal > 0 ? nothingFound(results) : emptyLibrary(session);
}

/** @param {Results} results */
function nothingFound(results) {
  const { query } = results.state;
  const filters = filtersOf(query);
  const words = query.q.trim();
  const offered = offers(results);
  const or = filters.length > 0 ? t(offered ? 'empty.or_filtered' : 'empty.nothing_filtered') : '';
  return notice({
    icon: icons.search,
    title: words ? t('empty.nothing_for', { words }) : t('empty.nothing'),
    text: offered ? '' : or || t('empty.nothing_words'),
    actions: html`${offered ?? nothing}${offered && or ? html`<p style="flex-basis:100%">${or}</p>` : nothing}
      ${filters.map(({ text, without }) => html`<button class="btn" @click=${() => results.ask(without)}>
        ${t('empty.drop', { name: text })}</button>`)}
      ${words ? html`<button class="btn" @click=${() => results.ask({ q: '' })}>${t('empty.drop_words')}</button>` : nothing}
      ${filters.length + (words ? 1 : 0) > 1
        ? html`<button class="btn quiet" @click=${() => results.ask(afresh(query))}>${t('empty.drop_all')}</button>`
        : nothing}`,
  });
}

/** What surely finds something, null where there is no such thing. @param {Results} results */
function offers(results) {
  const { query, suggestion, unfiltered, fit } = results.state;
  const hidden = query.fits ? fit?.hidden ?? 0 : 0;
  return !suggestion && hidden + unfiltered === 0 ? null : html`${suggestion ? html`<button class="btn primary" @click=${() => results.ask({ q: suggestion })}>
      ${t('empty.meant', { words: suggestion })}</button>` : nothing}
    ${hidden > 0 ? html`<button class="btn primary" @click=${() => askFits(results, false)}>
      ${t('empty.unfit', { n: hidden, model: fit?.label ?? '' })}</button>` : nothing}
    ${unfiltered > 0 ? html`<button class="btn primary" @click=${() => results.ask(afresh(query, { q: query.q }))}>
      ${t('empty.unfiltered', { n: unfiltered })}</button>` : nothing}`;
}

/** @param {Session} session */
function emptyLibrary(session) {
  const scan = session.jobs.active('scan');
  if (scan) {
    return notice({
      icon: icons.folder,
      title: t('empty.scanning'),
      text: html`${scan.message || t('empty.scanning_text')}<br>${progressText(scan)}`,
      actions: html`<div style="width:240px">${progressBar(scan)}</div>`,
    });
  }
  const roots = session.library.state.info?.roots ?? [];
  const where = roots.map((root) => root.path).join('\n');
  return notice({
    icon: icons.folder,
    title: t('empty.library'),
    text: html`${t(roots.length > 0 ? 'empty.library_text' : 'empty.no_roots')}
      <span style="display:block;white-space:pre-line">${where}</span>`,
    actions: html`<button class="btn primary" @click=${() => session.go('library')}>${t('empty.to_library')}</button>`,
  });
}
