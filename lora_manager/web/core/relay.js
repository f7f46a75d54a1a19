/** Inserting from afar: our page beside a web UI has none of its prompt boxes, the web UI's own page has. */

import { readPref, writePref } from './prefs.js';
import { Store } from './store.js';

/**
 * @import {Session} from './session.js'
 * @import {Wish} from './events.js'
 */

const KEY = 'insert_here';
/** The user may type while the server composes: then their text wins, and ours is put in the next time. */
const TIMES = 3;

/**
 * Where Insert puts an adapter: into the prompt on this page, or (`on`) into that of the web UI's own page, wherever it
 * is open.
 * `put` is what was put in from here, by its weight; `closed` why the last was not, "" otherwise.
 * @extends {Store<{possible: boolean, on: boolean, closed: string, put: Map<number, number>}>}
 */
export class Relay extends Store {
  constructor() {
    super({ possible: false, on: false, closed: '', put: new Map() });
  }

  /** There is a web UI, and this is not its page. */
  offer() {
    this.set({ possible: true, on: !readPref(KEY, false) });
  }

  /** @param {boolean} on */
  choose(on) {
    writePref(KEY, !on);
    this.set({ on });
  }

  /** @param {number} id @returns {{weight: number}|undefined} what is known of it there */
  find(id) {
    const weight = this.state.put.get(id);
    return weight === undefined ? undefined : { weight };
  }

  /** @param {number} id @param {number|null} weight null: it is not there any more */
  learn(id, weight) {
    const put = new Map(this.state.put);
    put.delete(id);
    if (weight !== null) {
      put.set(id, weight);
    }
    this.set({ put, closed: '' });
  }
}

/** What is in the prompt of this page, and is wished again without more, is taken out. @param {Wish} wish */
function isOnceMore({ add: [first], add, remove }, /** @type {(id: number) => boolean} */ isIn) {
  const plain = add.length === 1 && remove.length === 0 && (first.weight ?? first.triggers ?? null) === null;
  return plain && isIn(first.id);
}

/**
 * Another page of ours asked the server, and this is the web UI's page that was looked at last.
 * @param {Session} session
 * @param {Wish} wish
 */
export async function answerWish({ prompt, events }, wish) {
  const isIn = (/** @type {number} */ id) => prompt.find(id) !== undefined;
  try {
    if (prompt.state.adapters.some(({ known }) => known === null)) {
      await prompt.change([], []); // What stands in it is not known yet.
    }
    const onceMore = isOnceMore(wish, isIn);
    const add = onceMore ? [] : wish.add;
    const remove = onceMore ? [wish.add[0].id] : wish.remove;
    const isDone = () => add.every((one) => isIn(one.id)) && !remove.some(isIn);
    const left = remove.some(isIn) ? 'removed' : 'already';
    const what = add.some((one) => !isIn(one.id)) ? 'added' : left;
    let times = 0;
    do {
      times += 1;
      await prompt.change(add, remove);
    } while (!isDone() && times < TIMES);
    if (isDone() && prompt.state.place) {
      events.say({ type: 'inserted', id: wish.id, place: prompt.state.place.name, what });
    }
  } catch {
    // No answer: the other page is told that nobody inserted.
  }
}

/** Count on this page for what others want inserted. @param {Session} session */
export function standReady({ prompt, events }) {
  const active = () => document.hasFocus() && events.say({ type: 'active' });
  const stop = prompt.subscribe(() => ready());
  function ready() {
    if (prompt.state.place) {
      stop();
      events.greet({ type: 'here', page: 'host' });
      active();
      window.addEventListener('focus', active);
      window.addEventListener('pointerdown', active, true);
    }
  }
  ready();
}
