/** Gives a mount the height that is left to it in whatever scrolls around it (100vh and 100% are wrong in hosts). */

const LEAST = 420;
const PROBE = 5000;

/** @param {Element} element @returns {Element} what scrolls when the element is too high */
function scrollerOf(element) {
  for (let node = parentOf(element); node; node = parentOf(node)) {
    const { overflowY } = getComputedStyle(node);
    if ((overflowY === 'auto' || overflowY === 'scroll') && node !== document.body) {
      return node;
    }
  }
  return document.scrollingElement ?? document.documentElement;
}

/** @param {Element} element @returns {Element|null} the element around it, also out of a shadow; null at the top */
function parentOf(element) {
  const parent = element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : element.parentElement;
}

/**
 * @typedef {import('../vendor/lit.js').ReactiveControllerHost & HTMLElement} Host
 */

export class FitHeight {
  #width = -1;
  #scheduled = false;
  /** @type {ResizeObserver|null} */
  #observer = null;
  #onResize = () => this.#schedule();

  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    host.addController(this);
  }

  hostConnected() {
    if (this.host.hasAttribute('fill')) {
      return;
    }
    this.#observer = new ResizeObserver((entries) => {
      const wider = this.host.clientWidth !== this.#width;
      this.#width = this.host.clientWidth;
      if (wider || entries.some(({ target }) => target !== this.host)) {
        this.#schedule();
      }
    });
    this.#observer.observe(this.host);
    this.#observer.observe(document.body); // What stands below us may grow: a host's log does.
    window.addEventListener('resize', this.#onResize);
  }

  hostDisconnected() {
    this.#observer?.disconnect();
    window.removeEventListener('resize', this.#onResize);
  }

  #schedule() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.fit();
      });
    }
  }

  /** Measured at once and without a flash: what stands below us is what scrolls beyond us when we are far too high. */
  fit() {
    const { host } = this;
    if (!host.isConnected || host.clientWidth === 0) {
      return; // Hidden: every measure would be 0.
    }
    const scroller = scrollerOf(host);
    const scrolled = scroller.scrollTop;
    host.style.setProperty('--lm-height', `${PROBE}px`);
    const top = host.getBoundingClientRect().top - this.#topOf(scroller) + scroller.scrollTop;
    const below = Math.max(0, scroller.scrollHeight - (top + PROBE));
    const height = Math.max(LEAST, Math.floor(scroller.clientHeight - top - below));
    host.style.setProperty('--lm-height', `${height}px`);
    scroller.scrollTop = scrolled;
  }

  /** @param {Element} scroller */
  #topOf(scroller) {
    return scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top;
  }
}
