/** What a card, a chip or a row lets the user do with an adapter, each with its message and its undo. */

import { ANSWER_LOST, ApiError, TOO_MANY } from './api.js';
import { toClipboard } from './clipboard.js';
import { whyUnfit } from './fits.js';
import { wordsIn } from './prompt-tags.js';
import { t } from '../strings.js';

/**
 * @import {Session} from './session.js'
 * @import {Card, Detail, ToAdd} from './types.js'
 * @import {Shown} from './types-recommend.js'
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
 * @param {number|string} about which adapter
 * @param {() => Promise<unknown>} opposite
 * @param {() => void} [also] what else goes with undoing
 */
export function sayWithUndo(session, before, text, about, opposite, also = () => {}) {
  const { prompt, toasts } = session;
  const { text: after, place } = prompt.state;
  const undo = () => {
    also();
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
 * Suggestions learn from what is put in; nothing waits for that.
 * @param {Session} session
 * @param {number} id
 * @param {Shown|null} [shown] the suggestion that it was
 * @returns {() => void} as if it had not been
 */
export function learnFrom({ api }, id, shown = null) {
  const told = api.feedback(shown, id, 'inserted').catch(() => null);
  return () => void told.then((noted) => noted?.event && api.takeFeedbackBack(noted.event)).catch(() => {});
}

/**
 * @param {Session} session
 * @param {Insertable} card
 * @param {{weight?: number, triggers?: string[]}} [options]
 * @param {Shown|null} [shown] the suggestion that it was
 */
export async function insertAdapter(session, card, options = {}, shown = null) {
  const { prompt } = session;
  if (card.hidden_by) {
    session.toasts.show(whyUnreachable(card), { kind: 'error' });
    return;
  }
  if (session.relay.state.on) {
    await changeElsewhere(session, card, [{ id: card.id, ...options }], [], shown);
    return;
  }
  const old = prompt.find(card.id);
  void session.readHost(); // Another model may be loaded since.
  try {
    const before = await prompt.insert({ id: card.id, ...options });
    if (prompt.find(card.id)) {
      const opposite = () => (old ? prompt.insert({ id: card.id, weight: old.weight }) : prompt.remove(card.id));
      const text = said(session, old ? 'updated' : 'inserted', card.name) + besides(session, before, card);
      sayWithUndo(session, before, text, card.id, opposite, old ? undefined : learnFrom(session, card.id, shown));
    }
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}

/**
 * In the prompt of the web UI's own page; where none is open, what is to be added goes onto the clipboard.
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'> & Partial<Card>} card
 * @param {ToAdd[]} add
 * @param {number[]} remove
 * @param {Shown|null} [shown]
 */
async function changeElsewhere(session, card, add, remove, shown = null) {
  try {
    const [{ place, what }] = await Promise.all([session.api.insertElsewhere(add, remove), session.readHost()]);
    const asked = add.length > 0 ? 'added' : 'removed';
    const unlearn = (what || asked) === 'added' ? learnFrom(session, card.id, shown) : () => {};
    const isIn = what === 'removed' ? false : add.length > 0;
    sayElsewhere(session, card, { place, what: what || asked, isIn, add }, unlearn);
  } catch (error) {
    await notElsewhere(session, card, error, add);
  }
}

/** @param {Session} session @param {Pick<Card, 'id'> & Partial<Card>} card @param {ToAdd[]} add */
function weightElsewhere({ relay }, { id, weight }, [added]) {
  return added?.weight ?? relay.find(id)?.weight ?? weight ?? 1;
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'id'|'name'> & Partial<Card>} card
 * @param {{place: string, what: 'added'|'removed'|'already', isIn: boolean, add: ToAdd[]}} done
 * @param {() => void} unlearn
 */
function sayElsewhere(session, card, { place, what, isIn, add }, unlearn) {
  const { api, relay, toasts } = session;
  const { id, name } = card;
  const weight = weightElsewhere(session, card, add);
  const unchanged = what === 'already';
  const unfit = isIn && whyUnfit(session, session.cards.get(id) ?? card);
  const text = t(`toast.relay_${unchanged && !isIn ? 'gone' : what}`, { name, place });
  const undo = async () => {
    unlearn();
    try {
      await (isIn ? api.insertElsewhere([], [id]) : api.insertElsewhere([{ id, weight }], []));
      relay.learn(id, isIn ? null : weight);
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error' });
    }
  };
  relay.learn(id, isIn ? weight : null);
  const action = unchanged ? null : { label: t('toast.undo'), run: () => void undo() };
  toasts.show(unfit ? `${text}. ${unfit}` : text, { action, about: id });
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'name'>} card
 * @param {unknown} error
 * @param {ToAdd[]} add
 */
async function notElsewhere({ api, relay, toasts }, { name }, error, add) {
  const refused = (/** @type {unknown} */ why) => toasts.show(sentence(why), { kind: 'error' });
  const isClosed = error instanceof ApiError && error.code === 'no_host_page';
  if (isClosed) {
    relay.set({ closed: error.message });
  }
  if (!isClosed || add.length === 0) {
    refused(error);
    return;
  }
  const why = error.message;
  const composed = await api.compose('', add).catch(refused);
  if (composed) {
    await copyText({ toasts }, composed.prompt, t('toast.relay_copied', { why, name }), why);
  }
}

/**
 * Out of the prompt of this page.
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
 * @param {{weight?: number}} [options]
 * @param {Shown|null} [shown] the suggestion that it is
 */
export function toggleInPrompt(session, card, options = {}, shown = null) {
  const isIn = !session.relay.state.on && session.inPrompt(card.id); // Elsewhere the page with the prompt decides.
  return isIn ? removeAdapter(session, card) : insertAdapter(session, card, options, shown);
}

/**
 * Out of the prompt that Insert writes into.
 * @param {Session} session
 * @param {Insertable} card
 */
export function takeOut(session, card) {
  return session.relay.state.on ? changeElsewhere(session, card, [], [card.id]) : removeAdapter(session, card);
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
 * @param {Pick<Session, 'toasts'>} session
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
