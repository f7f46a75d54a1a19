/** What a card, a chip or a row lets the user do with an adapter, each with its message and its undo. */

import { ApiError } from './api.js';
import { t } from '../strings.js';

/**
 * @import {Session} from './session.js'
 * @import {Card, Detail} from './types.js'
 */

/** @param {unknown} error @returns {string} one sentence for the user */
export function sentence(error) {
  if (error instanceof ApiError) {
    return error.status === 0 ? t('error.unreachable') : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {Session} session
 * @param {string} before the prompt to go back to
 * @param {string} text what was done
 */
function sayWithUndo(session, before, text) {
  const after = session.prompt.state.text;
  const undo = () => {
    if (session.prompt.state.text === after) {
      session.prompt.write(before);
    } else {
      session.toasts.show(t('toast.undo_too_late'));
    }
  };
  session.toasts.show(text, { action: { label: t('toast.undo'), run: undo } });
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'>} card
 * @param {{weight?: number, triggers?: string[]}} [options]
 */
export async function insertAdapter(session, card, options = {}) {
  const again = session.prompt.find(card.id) !== undefined;
  try {
    const before = await session.prompt.insert({ id: card.id, ...options });
    if (session.prompt.find(card.id)) {
      sayWithUndo(session, before, t(again ? 'toast.updated' : 'toast.inserted', { name: card.name }));
    }
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'>} card
 */
export async function removeAdapter(session, card) {
  try {
    const before = await session.prompt.remove(card.id);
    sayWithUndo(session, before, t('toast.removed', { name: card.name }));
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'>} card
 */
export function toggleInPrompt(session, card) {
  return session.prompt.find(card.id) ? removeAdapter(session, card) : insertAdapter(session, card);
}

/**
 * Change an adapter: shown at once, taken back with a message when the server refuses.
 * @param {Session} session
 * @param {Card} card
 * @param {Partial<Detail>} changes
 * @returns {Promise<Detail|null>}
 */
export async function editAdapter(session, card, changes) {
  session.cards.changed({ ...card, ...changes });
  try {
    const detail = await session.api.editAdapter(card.id, changes);
    session.cards.changed(detail);
    return detail;
  } catch (error) {
    session.cards.changed(card);
    session.toasts.show(sentence(error), { kind: 'error' });
    return null;
  }
}

/** @param {Session} session @param {Card} card */
export function toggleFavourite(session, card) {
  return editAdapter(session, card, { favourite: !card.favourite });
}

/**
 * @param {Session} session
 * @param {string} text
 * @param {string} what said when it worked
 */
export async function copyText(session, text, what) {
  try {
    await navigator.clipboard.writeText(text);
    session.toasts.show(what);
  } catch {
    session.toasts.show(t('toast.copy_failed'), { kind: 'error' });
  }
}
