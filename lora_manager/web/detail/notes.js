/** The notes on one LoRA: saved while they are typed, kept when the page is left in the middle of a word. */

import { keepNotes } from '../core/api-history.js';
import { debounce } from '../core/timing.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { conflictOf } from './editable.js';
import { NotesDraft } from './notes-draft.js';
import '../strings/detail.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Detail} from '../core/types.js'
 * @import {Context} from './editable.js'
 * @import {Editing} from './editing.js'
 */

const SAVE_DELAY = 900;
const TELL_DELAY = 250;

export class Notes {
  /** @type {NotesDraft|null} */
  #draft = null;
  /** @type {string|null} what stands in the box, null until the user types: an answer must not undo typing */
  #text = null;
  /** What stood there when the user came to the box: Esc goes back to it. */
  #before = '';
  /** @type {''|'saved'|'not_saved'|'waiting'} */
  #state = '';
  /** @type {number|null} */
  #id = null;
  #saveSoon = debounce(
    (/** @type {NotesDraft} */ draft, /** @type {string} */ notes) => void this.#keep(draft, notes), SAVE_DELAY,
  );
  #onHide = () => this.#leavePage();
  #onSight = () => document.visibilityState === 'hidden' && this.flush();

  /**
   * @param {Session} session
   * @param {Editing} editing
   * @param {() => void} changed
   */
  constructor(session, editing, changed) {
    this.session = session;
    this.editing = editing;
    this.changed = changed;
  }

  start() {
    window.addEventListener('pagehide', this.#onHide);
    document.addEventListener('visibilitychange', this.#onSight);
  }

  stop() {
    window.removeEventListener('pagehide', this.#onHide);
    document.removeEventListener('visibilitychange', this.#onSight);
    this.flush();
  }

  /** Save what waits for the user to pause. */
  flush() {
    this.#saveSoon.flush();
  }

  /** Another adapter's details. @param {number|null} id */
  open(id) {
    const unsent = this.session.unsent.get(id);
    this.#id = id;
    this.#draft = null;
    this.#text = unsent ?? null;
    this.#state = unsent === undefined ? '' : 'waiting';
  }

  /** Those that waited for the server may be there by now. */
  follow() {
    const { unsent } = this.session;
    if (this.#state === 'waiting' && unsent.get(this.#id) === undefined) {
      this.#state = unsent.state.refused === this.#id ? 'not_saved' : 'saved';
    }
  }

  /**
   * @param {Record<string, any>|null} values what was saved; null: something was taken back, notes perhaps
   * @param {boolean} isGivenUp by the user, what they typed
   */
  settled(values, isGivenUp) {
    if (values && 'notes' in values) {
      this.#draft?.saved(values.notes);
    } else if (!values && (isGivenUp || this.#state === 'saved')) {
      this.#draft = null;
      this.#text = null;
      this.#state = '';
    }
  }

  /** The page goes: an answer will not be heard, so that what is typed goes off by itself. */
  #leavePage() {
    this.#saveSoon.cancel();
    if (this.#draft && this.#text !== null) {
      const body = this.#draft.unsaved(this.#text);
      if (body) {
        keepNotes(this.session.api, this.#draft.id, body);
        this.#draft.saved(this.#text); // A browser may bring the page back as it was left.
      }
    }
  }

  /** @param {Detail} detail @param {string} notes */
  #type(detail, notes) {
    this.#draft ??= new NotesDraft(this.editing, detail);
    this.#text = notes;
    this.#saveSoon(this.#draft, notes);
  }

  /** @param {NotesDraft} draft @param {string} notes */
  async #keep(draft, notes) {
    const outcome = await draft.write(notes);
    if (draft === this.#draft) {
      const waits = this.session.unsent.get(draft.id) !== undefined;
      this.#state = ['saved', 'same'].includes(outcome) ? 'saved' : waits ? 'waiting' : 'not_saved';
      this.changed();
    }
  }

  /** @param {Detail} detail */
  #leave(detail) {
    this.flush();
    setTimeout(() => this.editing.tellQuiet(detail), TELL_DELAY);
  }

  /** @param {KeyboardEvent & {target: HTMLTextAreaElement}} event @param {Detail} detail */
  #key(event, detail) {
    const { target } = event;
    if (event.key === 'Escape' && !event.isComposing && target.value !== this.#before) {
      event.preventDefault();
      event.stopPropagation();
      target.value = this.#before;
      this.#type(detail, this.#before);
      this.flush();
    }
  }

  /** @param {Context} context */
  render(context) {
    const { detail } = context;
    return html`<section>
      <h3>${t('detail.notes')} ${this.#state ? html`<span class="dim small" role="status">${t(`detail.notes_${this.#state}`)}</span>` : nothing}</h3>
      <textarea class="field notes" rows="2" aria-label=${t('detail.notes')} placeholder=${t('detail.notes_placeholder')}
        title=${t('edit.escape')} .value=${this.#text ?? detail.notes ?? ''}
        @focus=${(/** @type {FocusEvent & {target: HTMLTextAreaElement}} */ event) => {
          this.#before = event.target.value;
        }}
        @keydown=${(/** @type {any} */ event) => this.#key(event, detail)}
        @input=${(/** @type {Event & {target: HTMLTextAreaElement}} */ event) => this.#type(detail, event.target.value)}
        @blur=${() => this.#leave(detail)}></textarea>
      ${conflictOf(context, 'notes')}
    </section>`;
  }
}
