/** In a host's page our mounts stand in tabs of the host: each part comes when its own is first seen. */

import { loadTab, TABS } from './elements.js';

/** @import {Tab} from './elements.js' */

/** The host puts them in when it likes, and changes much else: it is looked for them no more often than this. */
const LOOK_DELAY = 250;

export class WhenShown {
  /** @type {Set<Tab>} */
  #waiting = new Set(TABS);
  #due = false;
  #seen = new IntersectionObserver((entries) => entries.forEach((entry) => this.#saw(entry)));
  #grown = new MutationObserver(() => this.#lookSoon());

  /** @param {(tab: Tab, mount: Element, part: Promise<unknown>) => void} coming a part is on its way */
  constructor(coming) {
    this.coming = coming;
  }

  start() {
    this.#look();
    if (this.#waiting.size > 0) {
      this.#grown.observe(document.documentElement, { childList: true, subtree: true });
    }
  }

  #lookSoon() {
    if (!this.#due) {
      this.#due = true;
      setTimeout(() => {
        this.#due = false;
        this.#look();
      }, LOOK_DELAY);
    }
  }

  #look() {
    for (const tab of this.#waiting) {
      for (const mount of document.querySelectorAll(`lm-${tab}`)) {
        this.#seen.observe(mount);
      }
    }
  }

  /** @param {IntersectionObserverEntry} entry */
  #saw({ isIntersecting, target }) {
    const tab = TABS.find((one) => target.localName === `lm-${one}`);
    if (!isIntersecting || !tab || !this.#waiting.delete(tab)) {
      return;
    }
    this.#seen.unobserve(target);
    this.coming(tab, target, loadTab(tab));
    if (this.#waiting.size === 0) {
      this.#grown.disconnect();
    }
  }
}
