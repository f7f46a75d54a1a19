/** The prompt being written: its text, the adapters in it, and putting adapters in and taking them out. */

import { parseTags, withName, withoutTag, withWeight } from './prompt-tags.js';
import { Store } from './store.js';
import { debounce, Latest } from './timing.js';

/**
 * @import {Api} from './api.js'
 * @import {ComposedAdapter, ToAdd} from './types.js'
 */

/**
 * @typedef {object} InPrompt One tag of the prompt.
 * @property {string} tagName
 * @property {number} weight
 * @property {number|null} id
 * @property {string} name
 * @property {boolean|null} known null while the server has not been asked
 * @property {string|null} preview version of its picture, null without one
 * @property {string} renamedTo the tag name it has now, "" where it is this one
 */

/**
 * Where the prompt is really kept: a box of the host's page, or nothing but this page (the default).
 * @typedef {object} PromptPort
 * @property {() => string} read
 * @property {(text: string, follow: boolean) => void} write follow: the caret goes behind what is put in
 * @property {(changed: (text: string) => void) => (() => void)} watch
 * @property {number|null} caret where the next adapter goes, in characters; null: at the end
 * @property {Place|null} place which of the places is read and written now
 * @property {Place[]} places those that there are, the same list until it changes
 * @property {(id: string) => void} choose another place
 * @property {() => void} show the place to the user
 */

/** @typedef {{id: string, name: string}} Place One of several prompt boxes, by the name the user knows it by. */

/** @typedef {{text: string, adapters: InPrompt[], place: Place|null, places: Place[]}} PromptState */

/** @type {Place[]} */
const NOWHERE = [];

const RESOLVE_DELAY = 150;

/** @extends {Store<PromptState>} */
export class Prompt extends Store {
  /** @type {Map<string, Pick<ComposedAdapter, 'id'|'name'|'known'|'preview'|'renamed_to'>>} */
  #resolved = new Map();
  #resolving = new Latest();
  #resolveSoon = debounce(() => void this.#resolve(), RESOLVE_DELAY);
  /** @type {PromptPort|null} */
  #port = null;
  #stopPort = () => {};
  /** @type {Promise<unknown>} Changes through the server queue up: each starts from the last one's text. */
  #queue = Promise.resolve();

  /** @param {Api} api */
  constructor(api) {
    super({ text: '', adapters: [], place: null, places: NOWHERE });
    this.api = api;
  }

  /**
   * Keep the prompt in someone else's box from now on.
   * @param {PromptPort} port
   */
  connect(port) {
    this.#stopPort();
    this.#port = port;
    this.#stopPort = port.watch((text) => this.#show(text));
    this.#show(port.read());
  }

  /** Keep the prompt in another of the port's places. @param {string} id */
  choose(id) {
    this.#port?.choose(id);
  }

  /** Lead the user to the place where the prompt is kept. */
  showPlace() {
    this.#port?.show();
  }

  /** @param {string} text @param {boolean} [follow] the caret goes behind what is put in */
  write(text, follow = false) {
    if (text !== this.state.text) {
      this.#port?.write(text, follow);
      this.#show(text);
    }
  }

  /**
   * Put an adapter in, or change its weight and trigger words when it is in already (never twice).
   * @param {ToAdd} adapter
   * @returns {Promise<string>} the prompt before, for undo
   */
  insert(adapter) {
    return this.change([adapter], []);
  }

  /**
   * Take an adapter out, with the trigger words that came with it.
   * @param {number} id
   * @returns {Promise<string>} the prompt before, for undo
   */
  remove(id) {
    return this.change([], [id]);
  }

  /**
   * Take the nth tag out, known or not.
   * @param {number} index
   * @returns {Promise<string>} the prompt before, for undo
   */
  async removeAt(index) {
    const id = this.state.adapters[index]?.id ?? null;
    if (id !== null) {
      return this.remove(id);
    }
    const before = this.state.text;
    this.write(withoutTag(before, index));
    return before;
  }

  /** @param {number} index @param {number} weight */
  setWeight(index, weight) {
    this.write(withWeight(this.state.text, index, weight));
  }

  /** What a LoRA was called in the prompt, and what it is called now. @param {string} old @param {string} name */
  rename(old, name) {
    this.write(withName(this.state.text, old, name));
  }

  /** @param {number} id @returns {InPrompt|undefined} */
  find(id) {
    return this.state.adapters.find((adapter) => adapter.id === id);
  }

  /** Ask the server anew what the tags mean: the library changed. */
  resolveAgain() {
    this.#resolved.clear();
    if (this.state.adapters.length > 0) {
      this.#resolveSoon();
    }
  }

  /** @param {ToAdd[]} add @param {number[]} remove @returns {Promise<string>} the prompt before */
  change(add, remove) {
    const change = this.#queue.then(async () => {
      const { text: before, place } = this.state;
      const composed = await this.api.compose(before, add, remove, { caret: this.#port?.caret });
      if (this.state.text !== before || this.state.place?.id !== place?.id) {
        return before; // The user typed, or went elsewhere, meanwhile: their text wins over ours.
      }
      this.#learn(composed.adapters);
      this.write(composed.prompt, add.length > 0);
      return before;
    });
    this.#queue = change.catch(() => {});
    return change;
  }

  /** @param {ComposedAdapter[]} adapters */
  #learn(adapters) {
    for (const adapter of adapters) {
      this.#resolved.set(adapter.tag_name, adapter);
    }
    this.set({ adapters: this.#describe(this.state.text) });
  }

  /** @param {string} text */
  #show(text) {
    const { place = null, places = NOWHERE } = this.#port ?? {};
    this.set({ text, adapters: this.#describe(text), place, places });
    if (this.state.adapters.some((adapter) => adapter.known === null)) {
      this.#resolveSoon();
    }
  }

  /** @param {string} text @returns {InPrompt[]} */
  #describe(text) {
    return parseTags(text).map(({ name: tagName, weight }) => {
      const found = this.#resolved.get(tagName);
      return {
        tagName,
        weight,
        id: found?.id ?? null,
        name: found?.name || tagName,
        known: found?.known ?? null,
        preview: found?.preview ?? null,
        renamedTo: found?.renamed_to ?? '',
      };
    });
  }

  async #resolve() {
    const { text } = this.state;
    try {
      const composed = await this.#resolving.run((signal) => this.api.compose(text, [], [], { signal }));
      if (composed) {
        this.#learn(composed.adapters);
      }
    } catch {
      // No answer: the tags stay unresolved and are asked about at the next change.
    }
  }
}
