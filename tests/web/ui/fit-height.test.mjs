import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FitHeight } from '../../../lora_manager/web/ui/fit-height.js';

const PROBE = 5000;

class ShadowRoot {}

/** A mount with something above it and something below, in a box that scrolls or in a page that does. */
function page({ above, below, view, box = false, width = 900, connected = true }) {
  const observed = [];
  const listeners = new Set();
  const scroller = {
    scrollTop: 0, clientHeight: view, style: { overflowY: box ? 'auto' : 'visible' },
    parentNode: null, parentElement: null,
    get scrollHeight() {
      return Math.max(view, above + Number.parseInt(mount.height, 10) + below);
    },
    // A box may lie anywhere on the page; the page itself begins at its top.
    getBoundingClientRect: () => ({ top: box ? 40 : 0 }),
  };
  const mount = {
    height: '640px', isConnected: connected, clientWidth: width, attributes: new Set(),
    style: { overflowY: 'visible', setProperty: (_, height) => {
      mount.height = height;
    } },
    parentNode: scroller, parentElement: scroller,
    getBoundingClientRect: () => ({ top: (box ? 40 : 0) + above - scroller.scrollTop }),
    hasAttribute: (name) => mount.attributes.has(name),
    addController() {},
  };
  globalThis.ShadowRoot = ShadowRoot;
  globalThis.getComputedStyle = (element) => element.style;
  globalThis.document = { body: {}, documentElement: scroller, scrollingElement: box ? {} : scroller };
  globalThis.window = {
    addEventListener: (name, action) => listeners.add(action),
    removeEventListener: (name, action) => listeners.delete(action),
  };
  globalThis.requestAnimationFrame = (action) => action();
  globalThis.ResizeObserver = class {
    constructor(action) {
      this.action = action;
    }

    observe(target) {
      observed.push(target);
    }

    disconnect() {
      observed.length = 0;
    }
  };
  return { mount, scroller, observed, listeners, fitting: new FitHeight(mount) };
}

test('the height is what is left between what stands above and below, in a page and in a box that scrolls', () => {
  for (const box of [false, true]) {
    const { mount, scroller, fitting } = page({ above: 180, below: 92, view: 1000, box });
    fitting.fit();
    assert.equal(mount.height, '728px', `box: ${box}`);
    assert.equal(scroller.scrollHeight, 1000, 'nothing is left to scroll');
  }
});

test('where little is left there is a least height, and what was scrolled stays where it is', () => {
  const { mount, scroller, fitting } = page({ above: 433, below: 100, view: 700 });
  scroller.scrollTop = 50;
  fitting.fit();
  assert.equal(mount.height, '420px');
  assert.equal(scroller.scrollTop, 50);
});

test('while hidden or off the page every measure is 0 and says nothing', () => {
  for (const how of [{ width: 0 }, { connected: false }]) {
    const { mount, fitting } = page({ above: 0, below: 0, view: 0, ...how });
    fitting.fit();
    assert.equal(mount.height, '640px');
  }
});

test('a mount that is moved is watched as before, and once it is gone nothing listens', () => {
  const { mount, observed, listeners, fitting } = page({ above: 100, below: 0, view: 800 });
  for (let moves = 0; moves < 3; moves += 1) {
    fitting.hostConnected();
    assert.deepEqual(observed, [mount, globalThis.document.body]);
    assert.equal(listeners.size, 1);
    fitting.hostDisconnected();
  }
  assert.deepEqual([observed.length, listeners.size], [0, 0]);
  mount.attributes.add('fill');
  fitting.hostConnected();
  assert.equal(observed.length, 0, 'ours has a height of its own');
});

test('a window of another size is measured anew', () => {
  const { mount, scroller, listeners, fitting } = page({ above: 100, below: 0, view: 800 });
  fitting.hostConnected();
  scroller.clientHeight = 1200;
  listeners.forEach((resized) => resized());
  assert.equal(mount.height, '1100px');
  assert.notEqual(mount.height, `${PROBE}px`);
});
