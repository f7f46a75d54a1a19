/** Notes while they are typed: saved one after the other, each compared with what this page saved last. */

/**
 * @import {Detail} from '../core/types.js'
 * @import {Editing, Outcome} from './editing.js'
 */

export class NotesDraft {
  /** @type {string|null} what is to be saved next: only the newest counts */
  #next = null;
  /** @type {Promise<Outcome>|null} */
  #running = null;

  /**
   * @param {Pick<Editing, 'save'>} editing
   * @param {Detail} seen as it was when the user began to type
   */
  constructor(editing, seen) {
    this.editing = editing;
    this.seen = seen;
  }

  get id() {
    return this.seen.id;
  }

  /** The server holds these now. @param {string|null} notes */
  saved(notes) {
    this.seen = { ...this.seen, notes };
  }

  /**
   * What the server is to be told when nobody waits for its answer. An answer that is still awaited may have made them
   * other than what was saved last: then nothing is compared.
   * @param {string} notes
   * @returns {{notes: string, if?: {notes: string|null}}|null} null: it holds these
   */
  unsaved(notes) {
    const there = this.seen.notes ?? null;
    if (this.#running) {
      return { notes };
    }
    return notes === (there ?? '') ? null : { notes, if: { notes: there } };
  }

  /** @param {string} notes @returns {Promise<Outcome>} of the newest */
  write(notes) {
    this.#next = notes;
    this.#running ??= this.#run();
    return this.#running;
  }

  /** @returns {Promise<Outcome>} */
  async #run() {
    /** @type {Outcome} */
    let outcome = 'same';
    while (this.#next !== null) {
      const notes = this.#next;
      this.#next = null;
      outcome = await this.editing.save(this.seen, { notes });
      if (outcome === 'saved') {
        this.saved(notes);
      }
    }
    this.#running = null;
    return outcome;
  }
}
