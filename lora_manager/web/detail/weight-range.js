/** The weights that a LoRA works with, below its slider: told, and edited in their place. */

import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { conflictOf, saidOf, sourceOf, stateOf } from './editable.js';
import { rangeText, readRange } from './ranges.js';

/** @import {Context} from './editable.js' */

const FIELDS = ['weight_min', 'weight_max'];

/** @param {Context} context */
export function rangeFact(context) {
  const { detail, editing, session } = context;
  const range = { low: detail.weight_min ?? null, high: detail.weight_max ?? null };
  const text = rangeText(range);
  const save = (/** @type {string} */ typed) => {
    const read = readRange(typed);
    if (!read) {
      session.toasts.show(t('edit.range_wrong'), { kind: 'error', about: `edit ${detail.id}` });
      return Promise.resolve(/** @type {const} */ ('failed'));
    }
    return editing.save(detail, { weight_min: read.low, weight_max: read.high });
  };
  const edited = FIELDS.find((field) => detail.edited.includes(field));
  return html`<p class="small range">${text ? html`<span class="dim">${t('edit.range')}</span> ` : nothing}<lm-field
    .label=${t('edit.range_label')} .value=${text} .placeholder=${t('edit.add_range')} .save=${save}></lm-field>
    ${text ? sourceOf(context, ...FIELDS) : nothing}${stateOf(context, edited ?? FIELDS[0])}</p>
    ${saidOf(context, ...FIELDS)}${conflictOf(context, ...FIELDS)}`;
}
