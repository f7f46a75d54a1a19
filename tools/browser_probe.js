/* Put into the page by browser_bench.py before anything else runs: looks at what has been painted, frame by frame. */
(() => {
  const GAP = 16;

  /** Our list, wherever it stands; null before it is there. */
  function list() {
    return document.querySelector('lm-catalogue')?.shadowRoot?.querySelector('lm-grid')?.shadowRoot ?? null;
  }

  /** After the frame that is drawn next has been painted. */
  function painted() {
    return new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
      });
    });
  }

  /** @param {() => unknown} found @returns the moment it had been painted, and what was found */
  async function until(found, limit = 30_000) {
    const begun = performance.now();
    for (;;) {
      const what = found();
      const now = await painted();
      if (what || now - begun > limit) {
        return { at: what ? now : Infinity, what };
      }
    }
  }

  function nodes(root) {
    return [...root.querySelectorAll('*')].reduce((sum, one) => sum + 1 + (one.shadowRoot ? nodes(one.shadowRoot) : 0), 0);
  }

  /** What the view shows now: rows of cards, places of cards, and whether anything of it is neither. */
  function look() {
    const root = list();
    const box = root.querySelector('.box').getBoundingClientRect();
    const ghost = root.querySelector('.ghost')?.getBoundingClientRect();
    const head = root.querySelector('.head')?.getBoundingClientRect().bottom ?? box.top;
    const rows = [...root.querySelectorAll('.gridrow, .tr')]
      .map((row) => ({ row, at: row.getBoundingClientRect() }))
      .filter(({ at }) => at.bottom > head && at.top < box.bottom)
      .sort((one, other) => one.at.top - other.at.top);
    const seen = { cards: 0, places: [], undrawn: 0, empty: 0 };
    let reached = head;
    const hole = (from, to) => {
      if (to - from > GAP) {
        const covered = ghost ? Math.max(0, Math.min(to, ghost.bottom) - Math.max(from, ghost.top)) : 0;
        seen.undrawn += covered;
        seen.empty += to - from - covered > GAP ? to - from - covered : 0;
      }
    };
    for (const { row, at } of rows) {
      hole(reached, at.top);
      reached = Math.max(reached, at.bottom);
      const waiting = row.matches('.skeleton') || row.querySelector('.skeleton') !== null;
      if (waiting) {
        seen.places.push(Number(row.getAttribute('aria-rowindex')));
      }
      seen.cards += row.matches('.tr') ? Number(!waiting) : row.querySelectorAll('.card:not(.skeleton)').length;
    }
    const space = root.querySelector('.space').getBoundingClientRect();
    hole(reached, Math.min(box.bottom, space.bottom));
    return seen;
  }

  /** Looks at every frame while something scrolls. */
  class Watch {
    frames = { all: 0, cards: 0, some_places: 0, only_places: 0, undrawn: 0, empty: 0 };
    times = [];
    lives = [];
    most = 0;
    #since = new Map();
    #last = 0;

    take(now, count) {
      const { frames } = this;
      const { cards, places, undrawn, empty } = look();
      frames.all += 1;
      frames.cards += Number(cards > 0 && places.length === 0 && undrawn === 0);
      frames.some_places += Number(cards > 0 && places.length > 0);
      frames.only_places += Number(cards === 0 && empty === 0);
      frames.undrawn += Number(undrawn > 0);
      frames.empty += Number(empty > 0);
      this.times.push(this.#last ? now - this.#last : 0);
      this.#last = now;
      this.#age(now, places);
      if (count) {
        this.most = Math.max(this.most, nodes(document.querySelector('lm-app') ? document : document.querySelector('lm-catalogue').shadowRoot));
      }
    }

    /** How long each row of places is looked at before its cards come, or before it is scrolled out of sight. */
    #age(now, places) {
      for (const [row, since] of this.#since) {
        if (!places.includes(row)) {
          this.lives.push(now - since);
          this.#since.delete(row);
        }
      }
      places.forEach((row) => this.#since.has(row) || this.#since.set(row, now));
    }
  }

  const box = () => list().querySelector('.box');

  window.loraManagerBench = {
    /** From navigation, or from `began`, to the first card with its name, and the first picture. */
    async firstCard() {
      const card = await until(() => list()?.querySelector('.card:not(.skeleton) .name, .tr:not(.skeleton) .name'));
      const picture = await until(() => list().querySelector('.pic img.on'), 5000);
      return { card: card.at, picture: picture.at };
    },

    /** From the moment the key goes down to the last card with its name, and its picture. */
    async end(total) {
      const pressed = new Promise((done) => {
        addEventListener('keydown', () => done(performance.now()), { capture: true, once: true });
      });
      box().focus();
      window.loraManagerReady = true;
      const began = await pressed;
      const last = () => {
        const cell = list().querySelector(`#cell-${total - 1}`);
        return cell && cell.getBoundingClientRect().bottom <= box().getBoundingClientRect().bottom + 1 ? cell : null;
      };
      const card = await until(last);
      const picture = await until(() => !last().querySelector('img') || last().querySelector('img.on'), 5000);
      return { card: card.at - began, picture: picture.at - began };
    },

    /** All the way down, so many pixels a frame. */
    async scroll(step) {
      const watch = new Watch();
      const began = performance.now();
      const height = box().scrollHeight;
      for (let at = 0; at < height; at += step) {
        box().scrollTop = at;
        watch.take(await painted(), watch.frames.all % 25 === 0);
      }
      return { ...watch, seconds: (performance.now() - began) / 1000 };
    },

    /** As with the scroll bar: here and there, looked at until the cards are there. */
    async jump(places) {
      const watch = new Watch();
      const waits = [];
      for (const share of places) {
        box().scrollTop = share * (box().scrollHeight - box().clientHeight);
        const began = performance.now();
        for (let done = false; !done && performance.now() - began < 10_000;) {
          const now = await painted();
          watch.take(now, false);
          const { cards, places: rows, undrawn } = look();
          done = cards > 0 && rows.length === 0 && undrawn === 0;
          if (done) {
            waits.push(now - began);
          }
        }
      }
      return { ...watch, waits };
    },

    nodes: () => nodes(document),
    ours: () => nodes(document.querySelector('lm-catalogue').shadowRoot),
  };
})();
