/** How fast the view moves through a list, and what of the list it will need soon. */

/** Milliseconds of the way that are looked ahead, and cards at most. */
const AHEAD = 600;
const MOST_AHEAD = 240;
/** A view that was still for so long begins anew; one that goes farther at once has jumped. */
const REST = 400;
const JUMP = 300;
/** So many steps the same way are a way. */
const STEPS = 3;
const FRAME = 16;

export class Motion {
  #first = 0;
  #at = -Infinity;
  #steps = 0;
  /** Cards a millisecond, less than 0 upwards. */
  speed = 0;

  /** The view begins at this card now. @param {number} first @param {number} now milliseconds */
  to(first, now) {
    const moved = first - this.#first;
    const time = now - this.#at;
    if (moved === 0) {
      return;
    }
    this.#first = first;
    this.#at = now;
    const begins = time > REST || Math.abs(moved) > JUMP || moved * this.speed < 0;
    const speed = moved / Math.max(FRAME, time);
    this.#steps = begins ? 1 : this.#steps + 1;
    this.speed = begins ? speed : (this.speed + speed) / 2;
  }

  /** How many cards will be needed soon beyond those in sight: less than 0 before them. */
  get reach() {
    const cards = Math.min(MOST_AHEAD, Math.abs(this.speed) * AHEAD);
    return this.#steps < STEPS ? 0 : Math.round(Math.sign(this.speed) * cards);
  }
}
