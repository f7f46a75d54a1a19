/** What surrounds a value that can be edited: where it comes from, the way back to its source, whether it is saved. */

import { valueText } from '../core/change-words.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { sourceChip } from './fact.js';
import { sourceName } from './sources.js';
import { valueOf } from './editing.js';
import './lm-field.js';
import '../strings/detail.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Detail} from '../core/types.js'
 * @import {StringName} from '../strings.js'
 * @import {Editing} from './editing.js'
 * @import {Kind} from './lm-field.js'
 * @import {Option} from './lm-combo.js'
 */

/** @typedef {{session: Session, editing: Editing, detail: Detail}} Context */

/** @param {Context} context @param {string[]} fields the first that has a source tells it */
export function sourceOf({ detail }, ...fields) {
  if (fields.some((field) => detail.edited.includes(field))) {
    return html`<span class="source yours">${sourceName('user')}</span>`;
  }
  return sourceChip(fields.map((field) => detail.sources[field]).find(Boolean) ?? '');
}

/** @param {Context} context @param {string} field */
export function stateOf({ editing }, field) {
  const state = editing.state.states.get(field);
  return html`<span class="state small ${state === 'failed' ? 'bad' : 'dim'}" role="status">${state ? t(`edit.${state}`) : nothing}</span>`;
}

/**
 * What the sources say of what the user set, and the way back to it.
 * @param {Context} context
 * @param {string[]} fields that are one value to the user
 */
export function saidOf({ detail, editing }, ...fields) {
  const edited = fields.filter((field) => detail.edited.includes(field));
  if (edited.length === 0) {
    return nothing;
  }
  const said = edited.map((field) => ({ field, ...detail.sources_said?.[field] }));
  const value = said.map((one) => valueText(one.field, one.value)).filter(Boolean).join(', ');
  const source = sourceName(said.map((one) => one.source).find(Boolean) ?? '');
  return html`<span class="said">${value && source ? t('edit.says', { source, value }) : value} <button class="link"
    @click=${() => void editing.toSource(detail, edited)}>${t(value ? 'edit.use' : 'edit.use_none')}</button></span>`;
}

/**
 * What somebody else wrote meanwhile, beside what the user wrote.
 * @param {Context} context
 * @param {...string} fields
 */
export function conflictOf({ detail, editing }, ...fields) {
  const { conflict } = editing.state;
  const mine = fields.filter((field) => conflict && conflict.id === detail.id && field in conflict.mine);
  if (!conflict || mine.length === 0) {
    return nothing;
  }
  const shown = (/** @type {Record<string, any>} */ values) => mine.map((field) => (
    field in values ? valueText(field, values[field]) || t('edit.nothing') : valueText(field, valueOf(detail, field)))).join(', ');
  return html`<div class="conflict small" role="alert"><p>${t('edit.conflict')}</p>
    <dl><dt>${t('edit.mine')}</dt><dd>${shown(conflict.mine)}</dd><dt>${t('edit.theirs')}</dt><dd>${shown(conflict.theirs)}</dd></dl>
    <div class="acts"><button class="btn tiny primary" @click=${() => void editing.keepMine(detail)}>${t('edit.keep_mine')}</button>
      <button class="btn tiny" @click=${() => void editing.takeTheirs(detail)}>${t('edit.take_theirs')}</button></div>
  </div>`;
}

/** All that stands below a value. @param {Context} context @param {string} field */
export function around(context, field) {
  return html`${stateOf(context, field)}${saidOf(context, field)}${conflictOf(context, field)}`;
}

/**
 * @param {Context} context
 * @param {string} field
 * @param {object} [how]
 * @param {Kind} [how.kind]
 * @param {string} [how.placeholder]
 * @param {string} [how.label]
 * @param {unknown} [how.shown]
 * @param {(begins: string) => Promise<Option[]>|Option[]} [how.options]
 * @param {(text: string) => any} [how.read] the value that a text stands for
 */
export function editable(context, field, how = {}) {
  const { detail, editing } = context;
  const value = valueOf(detail, field);
  const { kind = 'line', placeholder = t('edit.add'), label = t(/** @type {StringName} */ (`field.${field}`)), options = () => [] } = how;
  const read = how.read ?? ((/** @type {string} */ text) => text);
  return html`<lm-field .label=${label} .value=${value === null || value === undefined ? '' : String(value)} .kind=${kind}
    .placeholder=${placeholder} .shown=${how.shown} .options=${options}
    .save=${(/** @type {string} */ text) => editing.save(detail, { [field]: read(text) })}></lm-field>`;
}

/**
 * A line of a table, edited in its place.
 * @param {Context} context
 * @param {string} name
 * @param {string} field
 * @param {Parameters<typeof editable>[2]} how
 * @param {unknown} [extra]
 */
export function editableFact(context, name, field, how, extra = nothing) {
  return html`<dt>${name}</dt><dd>${editable(context, field, { label: name, ...how })}${
    valueOf(context.detail, field) ? sourceOf(context, field) : nothing}${around(context, field)}${extra}</dd>`;
}
