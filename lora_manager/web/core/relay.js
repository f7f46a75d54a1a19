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
 * @extends {Store<{possible: boolean, on: boolean}>}
 */
export class Relay extends Store {
  constructor() {
    super({ possible: false, on: false });
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
}

/**
 * Another page of ours asked the server, and this is the web UI's page that was looked at last.
 * @param {Session} session
 * @param {Wish} wish
 */
export async function answerWish({ prompt, events }, { id, add, remove }) {
  const isDone = () => add.every((one) => prompt.find(one.id)) && !remove.some((one) => prompt.find(one));
  try {
    let times = 0;
    do {
      times += 1;
      await prompt.change(add, remove);
    } while (!isDone() && times < TIMES);
    if (isDone() && prompt.state.place) {
      events.say({ type: 'inserted', id, place: prompt.state.place.name });
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
