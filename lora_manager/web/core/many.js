/** Putting several LoRAs into the prompt in one go, with one message and one undo. */

import { copyText, learnFrom, sayWithUndo, sentence } from './actions.js';
import { ApiError } from './api.js';
import { t } from '../strings.js';

/**
 * @import {Session} from './session.js'
 * @import {Card} from './types.js'
 */

const ABOUT = 'several';
/** Each is a request; of more at once it says less what the user likes. */
const MOST_LEARNED = 12;

/**
 * Those that are in the prompt already, and those that this host cannot reach by name, are left as they are.
 * @param {Session} session
 * @param {Card[]} cards
 * @returns {Promise<boolean>} whether anything was put in
 */
export async function insertMany(session, cards) {
  const reachable = cards.filter((card) => !card.hidden_by);
  const fresh = reachable.filter((card) => !session.inPrompt(card.id));
  const there = reachable.length - fresh.length;
  const rest = (there > 0 ? t('toast.there_already', { n: there }) : '')
    + (reachable.length < cards.length ? t('toast.unreachable', { n: cards.length - reachable.length }) : '');
  if (fresh.length === 0) {
    session.toasts.show(t('toast.all_there') + (there < cards.length ? rest : ''), { about: ABOUT });
    return false;
  }
  try {
    return session.relay.state.on ? await putElsewhere(session, fresh, rest) : await putHere(session, fresh, rest);
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
    return false;
  }
}

/** @param {Session} session @param {Card[]} cards @param {string} rest */
async function putHere(session, cards, rest) {
  const { prompt } = session;
  const ids = cards.map(({ id }) => id);
  void session.readHost();
  const before = await prompt.change(ids.map((id) => ({ id })), []);
  const n = ids.filter((id) => prompt.find(id)).length;
  if (n > 0) {
    const { place, places } = prompt.state;
    const text = place && places.length > 1
      ? t('toast.inserted_n_at', { n, place: place.name }) : t('toast.inserted_n', { n });
    const unlearn = ids.slice(0, MOST_LEARNED).map((id) => learnFrom(session, id));
    const opposite = () => prompt.change([], ids);
    sayWithUndo(session, before, text + rest, ABOUT, opposite, () => unlearn.forEach((one) => one()));
  }
  return n > 0;
}

/** @param {Session} session @param {Card[]} cards @param {string} rest */
async function putElsewhere({ api, relay, toasts }, cards, rest) {
  const ids = cards.map(({ id }) => id);
  const add = ids.map((id) => ({ id }));
  try {
    const { place } = await api.insertElsewhere(add, []);
    cards.forEach(({ id, weight }) => relay.learn(id, weight));
    const undo = () => {
      ids.forEach((id) => relay.learn(id, null));
      api.insertElsewhere([], ids).catch((error) => toasts.show(sentence(error), { kind: 'error' }));
    };
    const action = { label: t('toast.undo'), run: undo };
    toasts.show(t('toast.relay_n', { n: ids.length, place }) + rest, { action, about: ABOUT });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'no_host_page')) {
      throw error;
    }
    relay.set({ closed: error.message });
    const { prompt } = await api.compose('', add);
    await copyText({ toasts }, prompt, t('toast.relay_copied_n', { why: error.message, n: ids.length }), error.message);
    return false;
  }
}
