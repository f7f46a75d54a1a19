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
  /** @type {Map<number, number[]>} by adapter: the sets that saved notes while they were typed */
  #quiet = new Map();
  /** @type {number|null} whose details are open, as far as that is known */
  #open = null;

  /**
   * @param {Session} session
   * @param {(detail: Detail) => void} show
   */
  constructor(session, show) {
    super({ states: new Map(), conflict: null });
    this.session = session;
    this.show = show;
    /** Told of whom, what this page saved, and null when what the user typed is not what counts any more. */
    /** @type {(id: number, values: Values|null, isGivenUp?: boolean) => void} */
    this.onSettled = () => {};
  }

  /** Another adapter's details: what is still being saved of the one before is not theirs. @param {number|null} open */
  reset(open = null) {
    this.#open = open;
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
    this.#mark(detail.id, fields, 'saving');
    const { api, cards } = this.session;
    const card = cards.get(detail.id) ?? detail;
    if (fields.every((field) => AT_ONCE.includes(field))) {
      cards.changed({ ...card, ...changes });
    }
    try {
      const changed = await api.editAdapter(detail.id, { ...changes, if: seen ?? seenOf(detail, fields) });
      this.onSettled(detail.id, changes);
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
    this.#mark(detail.id, Object.keys(changes), 'failed');
    const about = `edit ${detail.id}`;
    if (error instanceof ApiError && error.code === 'changed_meanwhile' && error.current) {
      this.set({ conflict: { id: detail.id, mine: changes, theirs: error.current } });
      if (!this.#isOpen(detail.id)) {
        this.session.toasts.show(this.#named(detail, t('edit.conflict')), { kind: 'error', about });
      }
      return 'conflict';
    }
    if (typeof changes.notes === 'string') {
      this.session.unsent.keep(detail.id, changes.notes, error);
    }
    const text = this.#named(detail, `${t('edit.not_saved')} ${sentence(error)}`);
    this.session.toasts.show(text, { kind: 'error', about });
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
    this.#mark(detail.id, Object.keys(this.state.conflict?.mine ?? {}), null);
    this.set({ conflict: null });
    this.onSettled(detail.id, null, true);
    await this.reload(detail.id);
  }

  /** Back to what the sources say. @param {Detail} detail @param {string[]} fields @returns {Promise<Outcome>} */
  async toSource(detail, fields) {
    this.#mark(detail.id, fields, 'saving');
    try {
      const changed = await this.session.api.editAdapter(detail.id, { reset: fields });
      this.onSettled(detail.id, null);
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

  /**
   * What was done at once is taken back at once; and what was taken back is done again.
   * @param {number[]} sets the newest last
   * @param {number} id
   * @param {boolean} [isAgain] whether the sets are those of an undo
   */
  async undo(sets, id, isAgain = false) {
    const { api, toasts } = this.session;
    /** @type {number[]} */
    const opposite = [];
    let [why, text] = ['', t(isAgain ? 'edit.redone' : 'edit.undone')];
    try {
      for (const set of [...sets].reverse()) {
        const { set_id: taken, skipped = [] } = await followed(this.session, await undoSet(api, set));
        opposite.push(...(typeof taken === 'number' ? [taken] : []));
        why += skipped.map((one) => `${fieldName(one.field)}: ${one.why}`).join(' ');
      }
    } catch (error) {
      why = sentence(error);
    }
    const label = t(isAgain ? 'toast.undo' : 'edit.again');
    const action = opposite.length > 0 ? { label, run: () => void this.undo(opposite, id, !isAgain) } : null;
    text = this.#named(this.session.cards.get(id), why || text);
    toasts.show(text, { action, kind: why ? 'error' : 'info', about: `edit ${id}` });
    this.onSettled(id, null);
    await this.reload(id);
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
    const sets = this.#quiet.get(detail.id) ?? [];
    this.#quiet.delete(detail.id);
    if (sets.length > 0) {
      this.#toast(t('edit.notes_saved', { name: detail.name }), sets, detail.id);
    }
  }

  /** @param {Detail} changed @param {string[]} fields */
  #learn(changed, fields) {
    this.session.cards.changed(changed);
    this.#mark(changed.id, fields, 'saved');
    this.show(changed);
  }

  /** @param {Detail} detail @param {string} text @param {number|null|undefined} set @param {string[]} fields */
  #tell(detail, text, set, fields) {
    if (typeof set !== 'number') {
      return;
    }
    if (fields.every((field) => QUIET.includes(field))) {
      this.#quiet.set(detail.id, [...(this.#quiet.get(detail.id) ?? []), set]);
      if (!this.#isOpen(detail.id)) {
        this.tellQuiet(detail); // The user went on before they were saved.
      }
    } else {
      this.#toast(this.#named(detail, text), [set], detail.id);
    }
  }

  /** @param {number} id */
  #isOpen(id) {
    return this.#open === null || this.#open === id;
  }

  /** @param {{name: string}|undefined} card @param {string} text @returns {string} of whom it is told */
  #named(card, text) {
    return card ? t('edit.told', { name: card.name, text }) : text;
  }

  /** @param {string} text @param {number[]} sets @param {number} id */
  #toast(text, sets, id) {
    const action = { label: t('toast.undo'), run: () => void this.undo(sets, id) };
    this.session.toasts.show(text, { action, about: `edit ${id}` });
  }

  /** @param {number} id @param {string[]} fields @param {FieldState|null} state */
  #mark(id, fields, state) {
    if (!this.#isOpen(id)) {
      return;
    }
    const states = new Map(this.state.states);
    fields.forEach((field) => (state ? states.set(field, state) : states.delete(field)));
    this.set({ states });
    if (state === 'saved') {
      setTimeout(() => this.#mark(id, fields.filter((field) => this.state.states.get(field) === 'saved'), null), SAID_FOR);
    }
  }
}
