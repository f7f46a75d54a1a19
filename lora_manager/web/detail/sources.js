/** Which of the values that the details show come from where. */

import { isString, t } from '../strings.js';
import '../strings/detail.js';

/**
 * @import {Detail} from '../core/types.js'
 * @import {StringName} from '../strings.js'
 */

/** @param {string} name as the server calls it @returns {string} as people do */
export function sourceName(name) {
  const key = `source.${name}`;
  return isString(key) ? t(key) : name.replaceAll('_', ' ');
}

/** By the names that the details use, each with what the server calls it: the first that is known tells. */
const SHOWN = /** @type {[StringName, string[]][]} */ ([
  ['column.name', ['name']],
  ['detail.version', ['version']],
  ['column.author', ['author_username']],
  ['detail.base', ['base_model']],
  ['detail.archetype', ['archetype']],
  ['detail.triggers', ['trigger_groups', 'trained_words', 'activation_text']],
  ['detail.weight', ['weight']],
  ['detail.negative', ['negative_text']],
  ['detail.notes', ['notes']],
  ['detail.tags', ['tags']],
  ['detail.description', ['description_html', 'version_description_html']],
  ['detail.published', ['published_at']],
  ['detail.community', ['stats']],
  ['card.favourite', ['favourite']],
  ['rating.label', ['rating']],
]);

/**
 * @param {Pick<Detail, 'sources'|'edited'>} detail
 * @returns {[StringName, string][]} what it is, and where it comes from as the server says it; values that nobody sees
 *   are left out
 */
export function shownSources({ sources, edited }) {
  const from = (/** @type {string} */ field) => (edited.includes(field) ? 'user' : (sources[field] ?? ''));
  return SHOWN.flatMap(([name, fields]) => {
    const source = fields.map(from).find(Boolean);
    return source ? [[name, source]] : [];
  });
}
