/** Which card the pointer rests on: at once for small things, after a while for a large picture. */

const TOOLS_DELAY = 60;
const LARGE_DELAY = 500;
/** With one large picture open the user looks through them. */
const NEXT_DELAY = 250;

export class Hover {
  /** @type {any[]} */
  #timers = [];
  #over = -1;
  #aims = false;
  /** Cards also move below a pointer that rests: a large picture waits until the pointer itself has moved. */
  #waits = false;
  #delay = LARGE_DELAY;
  /** The card whose tools are shown, and the one whose picture is shown large; -1 for none. */
  tools = -1;
  large = -1;

  /**
   * @param {() => void} changed
   * @param {{later: (run: () => void, delay: number) => any, never: (timer: any) => void}} [clock]
   */
  constructor(changed, clock = { later: (run, delay) => setTimeout(run, delay), never: clearTimeout }) {
    this.changed = changed;
    this.clock = clock;
  }

  /**
   * The pointer is over a card.
   * @param {number} index -1 for none
   * @param {boolean} aims whether it is over the picture, and not over a button
   */
  over(index, aims) {
    if (index === this.#over && aims === this.#aims) {
      return;
    }
    const isOther = index !== this.#over;
    this.#delay = this.large >= 0 ? NEXT_DELAY : LARGE_DELAY;
    this.#over = index;
    this.#aims = aims;
    this.#stop();
    this.#waits = aims && index >= 0 && this.large !== index;
    if (isOther) {
      this.#set({ large: -1 });
    }
    this.#timers.push(this.clock.later(() => this.#set({ tools: index }), TOOLS_DELAY));
  }

  /** The pointer itself moved, within the card that it is over. */
  moved() {
    if (this.#waits) {
      const index = this.#over;
      this.#waits = false;
      this.#timers.push(this.clock.later(() => this.#set({ large: index }), this.#delay));
    }
  }

  /** Nothing large any more: the list moves, a key was pressed, something was clicked. */
  rest() {
    this.#stop();
    this.#aims = false;
    this.#waits = false;
    this.#set({ large: -1 });
  }

  /** The pointer left. */
  leave() {
    this.#stop();
    this.#over = -1;
    this.#aims = false;
    this.#waits = false;
    this.#set({ large: -1, tools: -1 });
  }

  #stop() {
    this.#timers.forEach(this.clock.never);
    this.#timers = [];
  }

  /** @param {{tools?: number, large?: number}} now */
  #set({ tools = this.tools, large = this.large }) {
    if (tools !== this.tools || large !== this.large) {
      this.tools = tools;
      this.large = large;
      this.changed();
    }
  }
}
