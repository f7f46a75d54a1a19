import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Events } from '../../../lora_manager/web/core/events.js';

/** The browser's WebSocket as far as we use it. @type {any[]} */
let sockets = [];

class FakeSocket {
  readyState = 0;

  constructor(url) {
    this.url = url;
    sockets.push(this);
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  close() {
    this.readyState = 3;
    this.onclose();
  }
}

/** @param {() => Promise<any>} jobs */
function listener(jobs) {
  const heard = [];
  const note = (name) => (value) => heard.push([name, value]);
  const api = { socketUrl: () => 'ws://h/ws', jobs };
  const events = new Events(api, {
    job: note('job'), hashing: note('hashing'), catalogue: note('catalogue'), hello: note('hello'),
    reachable: note('reachable'), missed: () => heard.push(['missed']), busy: () => true,
  });
  return { events, heard };
}

const settle = () => new Promise((done) => setImmediate(done));

beforeEach(() => {
  sockets = [];
  globalThis.WebSocket = FakeSocket;
  mock.timers.enable({ apis: ['setTimeout'] });
});

afterEach(() => {
  mock.timers.reset();
  delete globalThis.WebSocket;
});

test('messages reach who they are for; noise does not hurt', () => {
  const { events, heard } = listener(async () => ({ items: [] }));
  events.start();
  events.start();
  assert.equal(sockets.length, 1);
  sockets[0].open();
  sockets[0].onmessage({ data: '{"type":"hashing","hashing":{"state":"idle"}}' });
  assert.deepEqual(heard.splice(-1), [['hashing', { state: 'idle' }]]);
  for (const data of ['{"type":"job","job":{"id":1}}', '{"type":"catalogue","revision":4}', 'x{', '{"type":"new"}']) {
    sockets[0].onmessage({ data });
  }
  assert.deepEqual(heard, [['reachable', true], ['job', { id: 1 }], ['catalogue', 4]]);
});

test('without a socket it polls, oldest job first, and says when nobody answers', async () => {
  let away = false;
  const { events, heard } = listener(async () => {
    if (away) {
      throw Object.assign(new Error('away'), { status: 0 });
    }
    return { items: [{ id: 2 }, { id: 1 }] };
  });
  events.start();
  await settle();
  assert.deepEqual(heard, [['reachable', true], ['job', { id: 1 }], ['job', { id: 2 }]]);
  away = true;
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(heard.at(-1), ['reachable', false]);
});

test('a socket that closes is opened again, later each time', async () => {
  const { events, heard } = listener(async () => ({ items: [] }));
  events.start();
  await settle();
  sockets[0].close();
  mock.timers.tick(999);
  assert.equal(sockets.length, 1);
  mock.timers.tick(1);
  assert.equal(sockets.length, 2);
  sockets[1].close();
  mock.timers.tick(1999);
  assert.equal(sockets.length, 2);
  mock.timers.tick(1);
  assert.equal(sockets.length, 3);
  assert.ok(!heard.some(([name]) => name === 'missed'));
  sockets[2].open();
  assert.ok(heard.some(([name]) => name === 'missed'));
});

test('a server that is away is asked ever less, for no socket, and by no hidden page', async () => {
  let asked = 0;
  let away = true;
  const { events } = listener(async () => {
    asked += 1;
    if (away) {
      throw Object.assign(new Error('away'), { status: 0 });
    }
    return { items: [] };
  });
  globalThis.document = { hidden: false, addEventListener: () => {} };
  try {
    events.start();
    await settle();
    sockets[0].close();
    const step = async (ms) => {
      mock.timers.tick(ms);
      await settle();
    };
    for (const wait of [500, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = asked;
      await step(wait - 1);
      assert.equal(asked, before, `too early, before ${wait}`);
      await step(1);
      assert.equal(asked, before + 1);
    }
    assert.equal(sockets.length, 1);
    globalThis.document.hidden = true;
    const before = asked;
    await step(30_000);
    await step(30_000);
    assert.equal(asked, before);
    globalThis.document.hidden = false;
    away = false;
    await step(30_000);
    assert.equal(sockets.length, 2);
  } finally {
    delete globalThis.document;
  }
});

test('while it waits for a login it asks once at a time, and for no socket; both go on after it', async () => {
  const waiting = [];
  const { events } = listener(() => new Promise((done) => waiting.push(done)));
  events.api.opening = { state: { obstacle: null } };
  events.start();
  sockets[0].open();
  events.api.opening.state.obstacle = 'login';
  sockets[0].close();
  for (let second = 0; second < 40; second += 1) {
    mock.timers.tick(1000);
    events.nudge();
    await settle();
  }
  assert.deepEqual([waiting.length, sockets.length], [1, 1]);
  events.api.opening.state.obstacle = null;
  waiting[0]({ items: [] });
  await settle();
  assert.equal(sockets.length, 2);
});
