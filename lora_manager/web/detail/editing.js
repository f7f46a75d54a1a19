/**
 * Saving what the user edits in the details: never over what somebody else changed meanwhile, told with its undo, and
 * nothing typed is lost.
 */

import { sentence } from '../core/actions.js';
import { undoSet } from '../core/api-history.js';
import { ApiError } from '../core/api.js';
import { fieldName, plainChange } from '../core/change-words.js';
import { Store } from '../core/store.js';
import { t } from '../strings.js';
import { followed } from './taking-back.js';
import '../strings/detail.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Detail} from '../core/types.js'
 * @import {Reverted} from '../core/types-changes.js'
 */

/** @typedef {Record<string, any>} Values by field */
/** @typedef {'saved'|'same'|'conflict'|'failed'} Outcome */
/** @typedef {'saving'|'saved'|'failed'} FieldState */
/** @typedef {{id: number, mine: Values, theirs: Values}} Conflict */
/** @typedef {{states: ReadonlyMap<string, FieldState>, conflict: Conflict|null}} EditingState */

/** Shown at once, before the server said yes: they are a click each. */
const AT_ONCE = ['favourite', 'rating', 'active'];
/** Saved while they are typed: told once, at the end. */
const QUIET = ['notes'];
const SAID_FOR = 2500;

/** @param {any} one @param {any} other @returns {boolean} null, "" and an empty list are all nothing */
export function isSame(one, other) {
  const plain = (/** @type {any} */ value) => JSON.stringify(value ?? '') ?? '';
  const empty = (/** @type {any} */ value) => ['""', '[]'].includes(plain(value));
  return plain(one) === plain(other) || (empty(one) && empty(other));
}

/**
 * @param {Detail} detail
 * @param {string} field
 * @returns {any} as the server tells and takes it; undefined: it does not tell
 */
export function valueOf(detail, field) {
  return /** @type {Record<string, any>} */ (/** @type {unknown} */ (detail))[field];
}

/** @param {Detail} detail @param {Values} values @returns {Values} those that are other than what is there */
export function differing(detail, values) {
  return Object.fromEntries(Object.entries(values).filter(([field, value]) => !isSame(value, valueOf(detail, field))));
}

/**
 * @param {Detail} detail
 * @param {string[]} fields
 * @returns {Values} what the user sees, to be compared by the server
 */
export function seenOf(detail, fields) {
  const known = fields.filter((field) => field !== 'weight' || detail.sources.weight || detail.edited.includes('weight'));
  const seen = known.map((field) => [field, valueOf(detail, field)]); // A weight that nobody gave is ours, not there.
  return Object.fromEntries(seen.filter(([, value]) => value !== undefined));
}

/** @param {Detail} before @param {Values} after @returns {string} "Tags: +sea. Weight: 0.8 → 1.0" */
export function saidOf(before, after) {
  return Object.entries(after).map(([field, value]) => (
    plainChange({ field, old: valueOf(before, field), new: value }))).join('. ');
}

/** @extends {Store<EditingState>} */
export class Editing extends Store {
  /** @type {number[]} the sets that saved notes while they were typed */
  #quiet = [];

  /**
   * @param {Session} session
   * @param {(detail: Detail) => void} show
   */
  constructor(session, show) {
    super({ states: new Map(), conflict: null });
    this.session = session;
    this.show = show;
    /** Told what this page saved, and null when what the user typed is not what counts any more. */
    this.onSettled = (/** @type {Values|null} */ _values, /** @type {boolean} */ _isGivenUp = false) => {};
  }

  /** Another adapter's details. */
  reset() {
    this.#quiet = [];
    this.set({ states: new Map(), conflict: null });
  }

  /**
   * @param {Detail} detail as the user saw it
   * @param {Values} values
   * @param {Values} [seen] of what was there, where it is not what `detail` says
   * @returns {Promise<Outcome>}
   */
  async save(detail, values, seen = undefined) {
    const changes = seen ? values : differing(detail, values);
    const fields = Object.keys(changes);
    if (fields.length === 0) {
      return 'same';
    }
    this.#mark(fields, 'saving');
    const { api, cards } = this.session;
    const card = cards.get(detail.id) ?? detail;
    if (fields.every((field) => AT_ONCE.includes(field))) {
      cards.changed({ ...card, ...changes });
    }
    try {
      const changed = await api.editAdapter(detail.id, { ...changes, if: seen ?? seenOf(detail, fields) });
      this.onSettled(changes);
      this.#learn(changed, fields);
      if (fields.includes('notes')) {
        this.session.unsent.drop(detail.id);
      }
      this.#tell(detail, saidOf(detail, changes), changed.change_set, fields);
      return 'saved';
    } catch (error) {
      cards.changed(card);
      return this.#refused(error, detail, changes);
    }
  }

  /** @param {unknown} error @param {Detail} detail @param {Values} changes @returns {Outcome} */
  #refused(error, detail, changes) {
    this.#mark(Object.keys(changes), 'failed');
    if (error instanceof ApiError && error.code === 'changed_meanwhile' && error.current) {
      this.set({ conflict: { id: detail.id, mine: changes, theirs: error.current } });
      return 'conflict';
    }
    if (typeof changes.notes === 'string') {
      this.session.unsent.keep(detail.id, changes.notes, error);
    }
    const text = `${t('edit.not_saved')} ${sentence(error)}`;
    this.session.toasts.show(text, { kind: 'error', about: `edit ${detail.id}` });
    return 'failed';
  }

  /**
   * What the user wrote goes over what somebody else did meanwhile.
   * @param {Detail} detail
   * @returns {Promise<Outcome>}
   */
  keepMine(detail) {
    const { conflict } = this.state;
    this.set({ conflict: null });
    return conflict ? this.save({ ...detail, ...conflict.theirs }, conflict.mine, conflict.theirs) : Promise.resolve('same');
  }

  /** @param {Detail} detail */
  async takeTheirs(detail) {
    this.#mark(Object.keys(this.state.conflict?.mine ?? {}), null);
    this.set({ conflict: null });
    this.onSettled(null, true);
    await this.reload(detail.id);
  }

  /** Back to what the sources say. @param {Detail} detail @param {string[]} fields @returns {Promise<Outcome>} */
  async toSource(detail, fields) {
    this.#mark(fields, 'saving');
    try {
      const changed = await this.session.api.editAdapter(detail.id, { reset: fields });
      this.onSettled(null);
      this.#learn(changed, fields);
      const what = fields.length === 1 ? plainChange({
        field: fields[0], old: valueOf(detail, fields[0]), new: valueOf(changed, fields[0]),
      }) : t('edit.reset_n', { n: fields.length });
      this.#tell(detail, what, changed.change_set, fields);
      return 'saved';
    } catch (error) {
      return this.#refused(error, detail, Object.fromEntries(fields.map((field) => [field, null])));
    }
  }

  /** What was done at once is taken back at once. @param {number[]} sets the newest last @param {number} id */
  async undo(sets, id) {
    const { toasts } = this.session;
    try {
      for (const set of [...sets].reverse()) {
        this.#tellSkipped(await followed(this.session, await undoSet(this.session.api, set)));
      }
      toasts.show(t('edit.undone'), { about: `edit ${id}` });
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: `edit ${id}` });
    }
    this.onSettled(null);
    await this.reload(id);
  }

  /** @param {Reverted} reverted */
  #tellSkipped({ skipped = [] }) {
    if (skipped.length > 0) {
      throw new Error(skipped.map(({ field, why }) => `${fieldName(field)}: ${why}`).join(' '));
    }
  }

  /** @param {number} id */
  async reload(id) {
    try {
      this.#learn(await this.session.api.adapter(id), []);
    } catch {
      // What is shown stands; the lists say when the server is away.
    }
  }

  /**
   * Notes are saved while they are typed; when the user is done with them they are told, once.
   * @param {Detail} detail
   */
  tellQuiet(detail) {
    const sets = this.#quiet;
    this.#quiet = [];
    if (sets.length > 0) {
      this.#toast(t('edit.notes_saved', { name: detail.name }), sets, detail.id);
    }
  }

  /** @param {Detail} changed @param {string[]} fields */
  #learn(changed, fields) {
    this.session.cards.changed(changed);
    this.#mark(fields, 'saved');
    this.show(changed);
  }

  /** @param {Detail} detail @param {string} text @param {number|null|undefined} set @param {string[]} fields */
  #tell(detail, text, set, fields) {
    if (typeof set !== 'number') {
      return;
    }
    if (fields.every((field) => QUIET.includes(field))) {
      this.#quiet.push(set);
    } else {
      this.#toast(text, [set], detail.id);
    }
  }

  /** @param {string} text @param {number[]} sets @param {number} id */
  #toast(text, sets, id) {
    const action = { label: t('toast.undo'), run: () => void this.undo(sets, id) };
    this.session.toasts.show(text, { action, about: `edit ${id}` });
  }

  /** @param {string[]} fields @param {FieldState|null} state */
  #mark(fields, state) {
    const states = new Map(this.state.states);
    fields.forEach((field) => (state ? states.set(field, state) : states.delete(field)));
    this.set({ states });
    if (state === 'saved') {
      setTimeout(() => this.#mark(fields.filter((field) => this.state.states.get(field) === 'saved'), null), SAID_FOR);
    }
  }
}
