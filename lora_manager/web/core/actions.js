/** What a card, a chip or a row lets the user do with an adapter, each with its message and its undo. */

import { ANSWER_LOST, ApiError, TOO_MANY } from './api.js';
import { toClipboard } from './clipboard.js';
import { whyUnfit } from './fits.js';
import { wordsIn } from './prompt-tags.js';
import { t } from '../strings.js';

/**
 * @import {Session} from './session.js'
 * @import {Card, Detail} from './types.js'
 */

/** @typedef {Pick<Card, 'id'|'name'|'hidden_by'> & Partial<Card>} Insertable */

const MOST_WORDS = 80;

/** @param {unknown} error @returns {string} one sentence for the user */
export function sentence(error) {
  if (error instanceof ApiError) {
    if (error.status === TOO_MANY && error.code !== 'too_many') {
      return t(error.code === ANSWER_LOST ? 'error.answer_lost' : 'error.too_many');
    }
    return error.status === 0 ? t('error.unreachable') : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/**
 * Say what was done. Undo puts the prompt back letter by letter, or, when it has changed since, does the opposite.
 * @param {Session} session
 * @param {string} before the prompt to go back to
 * @param {string} text what was done
 * @param {number} about which adapter
 * @param {() => Promise<unknown>} opposite
 */
function sayWithUndo(session, before, text, about, opposite) {
  const { prompt, toasts } = session;
  const { text: after, place } = prompt.state;
  const undo = () => {
    if (place) {
      prompt.choose(place.id); // The user may have gone to another prompt meanwhile.
    }
    if (prompt.state.text === after) {
      prompt.write(before);
    } else {
      opposite().catch((error) => toasts.show(sentence(error), { kind: 'error' }));
    }
  };
  toasts.show(text, { action: { label: t('toast.undo'), run: undo }, about });
}

/**
 * What went in besides the tag, and whether it can work.
 * @param {Session} session
 * @param {string} before
 * @param {Insertable} card
 */
function besides(session, before, card) {
  const all = [...new Set((card.trigger_groups ?? []).flat())];
  const old = wordsIn(before, all);
  const words = wordsIn(session.prompt.state.text, all).filter((word) => !old.includes(word)).join(', ');
  const shown = words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS).trimEnd()} …` : words;
  const unfit = whyUnfit(session, session.cards.get(card.id) ?? card);
  return (words ? t('toast.words', { words: shown }) : '') + (unfit ? `. ${unfit}` : '');
}

/**
 * "Inserted Ink Wash", or where there are several prompts, "Inserted Ink Wash into img2img".
 * @param {Session} session
 * @param {'inserted'|'updated'|'removed'} what
 * @param {string} name
 */
function said(session, what, name) {
  const { place, places } = session.prompt.state;
  return place && places.length > 1 ? t(`toast.${what}_at`, { name, place: place.name }) : t(`toast.${what}`, { name });
}

/** Two files with one name: the host reads the other one. @param {Pick<Card, 'hidden_by'>} card @returns {string} */
export function whyUnreachable(card) {
  return card.hidden_by ? t('card.hidden_text', { name: card.hidden_by }) : '';
}

/**
 * @param {Session} session
 * @param {Insertable} card
 * @param {{weight?: number, triggers?: string[]}} [options]
 */
export async function insertAdapter(session, card, options = {}) {
  const { prompt } = session;
  if (card.hidden_by) {
    session.toasts.show(whyUnreachable(card), { kind: 'error' });
    return;
  }
  if (session.relay.state.on) {
    await insertElsewhere(session, card, options);
    return;
  }
  const old = prompt.find(card.id);
  void session.readHost(); // Another model may be loaded since.
  try {
    const before = await prompt.insert({ id: card.id, ...options });
    if (prompt.find(card.id)) {
      const opposite = () => (old ? prompt.insert({ id: card.id, weight: old.weight }) : prompt.remove(card.id));
      const text = said(session, old ? 'updated' : 'inserted', card.name) + besides(session, before, card);
      sayWithUndo(session, before, text, card.id, opposite);
    }
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}

/**
 * Into the prompt of the web UI's own page; where none is open, onto the clipboard.
 * @param {Session} session
 * @param {Insertable} card
 * @param {{weight?: number, triggers?: string[]}} options
 */
async function insertElsewhere(session, { id, name }, options) {
  const { api, toasts } = session;
  const refused = (/** @type {unknown} */ error) => toasts.show(sentence(error), { kind: 'error' });
  try {
    const { place } = await api.insertElsewhere([{ id, ...options }], []);
    const undo = () => void api.insertElsewhere([], [id]).catch(refused);
    const action = { label: t('toast.undo'), run: undo };
    toasts.show(t('toast.relayed', { name, place }), { action, about: id });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'no_host_page') {
      const composed = await api.compose('', [{ id, ...options }]).catch(refused);
      return composed && copyText(session, composed.prompt, t('toast.relay_copied', { name }), t('toast.relay_not_copied'));
    }
    refused(error);
  }
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'>} card
 */
export async function removeAdapter(session, card) {
  const { prompt } = session;
  const weight = prompt.find(card.id)?.weight;
  try {
    const before = await prompt.remove(card.id);
    const opposite = () => prompt.insert({ id: card.id, weight });
    sayWithUndo(session, before, said(session, 'removed', card.name), card.id, opposite);
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}

/**
 * @param {Session} session
 * @param {Insertable} card
 */
export function toggleInPrompt(session, card) {
  return session.inPrompt(card.id) ? removeAdapter(session, card) : insertAdapter(session, card);
}

/**
 * Change an adapter: shown at once, taken back with a message when the server refuses. Notes that it did not hear of
 * are kept, to be sent when it answers again.
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
    if (changes.notes !== undefined) {
      session.unsent.drop(card.id);
    }
    return detail;
  } catch (error) {
    session.cards.changed(card);
    if (typeof changes.notes === 'string') {
      session.unsent.keep(card.id, changes.notes, error);
    }
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
 * @param {string} [failed] said when it did not
 */
export async function copyText(session, text, what, failed = t('toast.copy_failed')) {
  if (await toClipboard(text)) {
    session.toasts.show(what);
  } else {
    // A browser that asks for a click of the user gets one.
    const again = { label: t('detail.copy'), run: () => void copyText(session, text, what) };
    session.toasts.show(failed, { kind: 'error', action: again });
  }
}
