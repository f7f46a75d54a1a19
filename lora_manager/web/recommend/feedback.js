/** What the user says of suggestions: told to the server, shown at once, and taken back by the message's Undo. */

import { sentence } from '../core/actions.js';
import { Store } from '../core/store.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import { isSamePrompt } from './question.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Card} from '../core/types.js'
 * @import {Shown, Suggestion} from '../core/types-recommend.js'
 */

/** @typedef {'accepted'|'dismissed'|'not_here'} Said */

/**
 * `liked` by the event that said so (0 for none), `gone` by the prompt that it is hidden for; null: for
 * all.
 * @extends {Store<{liked: Map<number, number>, gone: Map<number, string|null>}>}
 */
export class Feedback extends Store {
  /** @param {Session} session */
  constructor(session) {
    super({ liked: new Map(), gone: new Map() });
    this.session = session;
  }

  /** @param {number} id @param {string} prompt that is asked with @returns {boolean} whether it is to be left out */
  isGone(id, prompt) {
    const here = this.state.gone.get(id);
    return here === null || (here !== undefined && isSamePrompt(here, prompt));
  }

  /** @param {number} id */
  isLiked(id) {
    return this.state.liked.has(id);
  }

  /** @param {number} id @returns {boolean} whether the user said anything of it */
  isJudged(id) {
    return this.isLiked(id) || this.state.gone.has(id);
  }

  /**
   * @param {Pick<Card, 'id'|'name'>} item
   * @param {Shown} shown
   * @param {Said} kind
   * @param {string} [prompt] that it is not for
   */
  async say(item, shown, kind, prompt = '') {
    const { api, toasts } = this.session;
    this.#put(item.id, kind, 0, prompt);
    try {
      const { event } = await api.feedback(shown, item.id, kind);
      this.#put(item.id, kind, event ?? 0, prompt);
      const action = { label: t('toast.undo'), run: () => void this.#undo(item.id, event ?? 0) };
      toasts.show(t(`recommend.told_${kind}`, { name: item.name }), { action, about: `feedback ${item.id}` });
    } catch (error) {
      this.#forget(item.id);
      toasts.show(sentence(error), { kind: 'error', about: `feedback ${item.id}` });
    }
  }

  /** That it was liked was a mistake. @param {Pick<Card, 'id'>} item */
  async unlike({ id }) {
    await this.#undo(id, this.state.liked.get(id) ?? 0);
  }

  /** Those that were passed over: nothing waits for it. @param {Suggestion[]} items @param {string} list */
  ignored(items, list) {
    for (const { id, position } of items) {
      this.session.api.feedback({ session: list, position }, id, 'ignored').catch(() => {});
    }
  }

  /** @param {number} id @param {number} event 0: the server noted nothing */
  async #undo(id, event) {
    const { api, toasts } = this.session;
    const { liked, gone } = this.state;
    this.#forget(id);
    try {
      if (event) {
        await api.takeFeedbackBack(event);
      }
      toasts.show(t('recommend.told_back'), { about: `feedback ${id}` });
    } catch (error) {
      this.set({ liked, gone });
      toasts.show(sentence(error), { kind: 'error', about: `feedback ${id}` });
    }
  }

  /** @param {number} id @param {Said} kind @param {number} event @param {string} prompt */
  #put(id, kind, event, prompt) {
    const { liked, gone } = this.state;
    if (kind === 'accepted') {
      this.set({ liked: new Map(liked).set(id, event) });
    } else {
      this.set({ gone: new Map(gone).set(id, kind === 'dismissed' ? null : prompt) });
    }
  }

  /** @param {number} id */
  #forget(id) {
    const [liked, gone] = [new Map(this.state.liked), new Map(this.state.gone)];
    liked.delete(id);
    gone.delete(id);
    this.set({ liked, gone });
  }
}
