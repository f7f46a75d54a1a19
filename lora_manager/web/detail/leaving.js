/**
 * Leaving an editor saves and closes it, and what is below moves up. When it is left by pressing a button on something
 * else, that must wait until the press is over: else the click would land beside it.
 */

let pressed = false;
/** @type {(() => void)[]} */
let waiting = [];

function released() {
  pressed = false;
  setTimeout(() => {
    const all = waiting;
    waiting = [];
    all.forEach((run) => run());
  });
}

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', () => {
    pressed = true;
  }, true);
  window.addEventListener('pointerup', released, true);
  window.addEventListener('pointercancel', released, true);
}

/** @param {() => void} run now, or when what the user presses is released */
export function whenReleased(run) {
  if (pressed) {
    waiting.push(run);
  } else {
    run();
  }
}
