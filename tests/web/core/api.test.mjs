import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError, isAbort, queryString } from '../../../lora_manager/web/core/api.js';
import { sentence } from '../../../lora_manager/web/core/actions.js';
import { locate } from '../../../lora_manager/web/core/base.js';

const settle = () => new Promise((done) => setTimeout(done, 5));

test('the base is found in any place a module is served from', () => {
  const cases = [
    ['http://h:1/lora-manager/web/abc123/core/base.js', 'http://h:1/lora-manager/', 'abc123'],
    ['https://h/sub/path/lora-manager/web/v%201/core/base.js?x', 'https://h/sub/path/lora-manager/', 'v 1'],
  ];
  for (const [module, base, version] of cases) {
    assert.deepEqual(locate(module), { base, version });
  }
});

test('empty parameters are left out, lists repeated, "" kept: it means the nameless', () => {
  assert.equal(queryString({ q: null, base: ['a b', ''], favourite: true, state: false, offset: 0 }),
    '?base=a+b&base=&favourite=1&offset=0');
  assert.equal(queryString({}), '');
});

test('changes carry a JSON body and its type, even when there is nothing to say', async () => {
  const calls = [];
  const api = new Api('http://h/lora-manager/', async (url, init) => {
    calls.push([url, init]);
    return Response.json({ id: 4 });
  });
  await api.cancelJob(4);
  const [[url, init]] = calls;
  assert.equal(url, 'http://h/lora-manager/api/v1/jobs/4');
  assert.deepEqual([init.method, init.body, init.headers['Content-Type']], ['DELETE', '{}', 'application/json']);
});

test("a refusal is the server's own sentence; no server at all is status 0", async () => {
  const refuse = new Api('http://h/', async () => Response.json({ detail: 'No such LoRA.', code: 'missing' }, { status: 404 }));
  await assert.rejects(refuse.adapter(1), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.message, error.status, error.code], ['No such LoRA.', 404, 'missing']);
    return true;
  });
  const html = new Api('http://h/', async () => new Response('<h1>', { status: 502, statusText: 'Bad Gateway' }));
  await assert.rejects(html.library(), /502 Bad Gateway/);
  const away = new Api('http://h/', () => Promise.reject(new TypeError('failed to fetch')));
  await assert.rejects(away.host(), (error) => error.status === 0);
});

test('addresses of pictures and of the socket', () => {
  const api = new Api('https://h/x/lora-manager/', fetch);
  assert.equal(api.thumbnailUrl({ id: 3, preview: 'a/b 1' }, 256), 'https://h/x/lora-manager/api/v1/adapters/3/thumbnail/256/a%2Fb%201');
  assert.equal(api.socketUrl(), 'wss://h/x/lora-manager/ws');
});

/** A server that gives these answers in turn, the last one for ever. */
function answers(...list) {
  const asked = [];
  const api = new Api('http://h/', async (url, init) => {
    asked.push([url, init]);
    const [body, how] = list[Math.min(asked.length, list.length) - 1];
    return Response.json(body, how);
  });
  return { api, asked };
}

const STARTING = [{ detail: 'Opening.', code: 'starting' }, { status: 503 }];

test('while the catalogue opens, requests wait and ask again by themselves', async () => {
  const { api, asked } = answers(STARTING, STARTING, [{ id: 1 }]);
  const both = Promise.all([api.adapter(1), api.send('POST', 'scan', { force: true })]);
  await settle();
  assert.deepEqual(api.opening.state, { obstacle: 'starting', detail: 'Opening.' });
  api.opening.hurry();
  assert.deepEqual(await both, [{ id: 1 }, { id: 1 }]);
  assert.equal(api.opening.state.obstacle, null);
  assert.equal(asked[3][1].body, '{"force":true}', 'a change that was refused is sent again');
});

test('what is missing is said in the words of the server until it is there', async () => {
  const { api } = answers([{ detail: 'Install this.', code: 'unavailable' }, { status: 503 }], [{ status: 'ok' }]);
  const health = api.health();
  await settle();
  assert.deepEqual(api.opening.state, { obstacle: 'unavailable', detail: 'Install this.' });
  api.opening.hurry();
  assert.equal((await health).status, 'ok');
  const busy = answers([{ detail: 'Too busy.', code: 'busy' }, { status: 503 }]);
  await assert.rejects(busy.api.health(), /Too busy/);
});

test('who no longer wants an answer does not wait for one', async () => {
  const { api } = answers(STARTING);
  const controller = new AbortController();
  const waiting = api.facets({}, controller.signal);
  await settle();
  controller.abort();
  api.opening.hurry();
  await assert.rejects(waiting, isAbort);
});

const LOGIN = [{ detail: 'Log in.', code: 'login' }, { status: 401 }];

test('while nobody is logged in, requests wait; afterwards they go on, edits too', async () => {
  const { api, asked } = answers(LOGIN, LOGIN, [{ id: 1 }]);
  const edit = api.editAdapter(1, { notes: 'kept' });
  await settle();
  assert.equal(api.opening.state.obstacle, 'login');
  api.opening.hurry();
  await settle();
  api.opening.hurry();
  assert.deepEqual(await edit, { id: 1 });
  assert.equal(asked[2][1].body, '{"notes":"kept"}');
  const other = answers([{ detail: 'Wrong token.', code: 'token' }, { status: 401 }]);
  await assert.rejects(other.api.health(), /Wrong token/);
});

const HELD = [{ detail: 'rate' }, { status: 429, headers: { 'Retry-After': '0.01' } }];
const LATER = [{ detail: 'rate' }, { status: 429, headers: { 'Retry-After': '100' } }];
const OURS = [{ detail: 'At most 20 a minute.', code: 'too_many' }, { status: 429, headers: { 'Retry-After': '0.01' } }];

test('too many requests: what may be repeated is, until it works', async () => {
  const { api, asked } = answers(HELD, HELD, HELD, [{ id: 1 }]);
  let told = 0;
  api.onWaiting = () => {
    told += 1;
  };
  assert.deepEqual(await api.adapter(1), { id: 1 });
  assert.deepEqual([asked.length, told], [4, 0]);
  const edit = answers(HELD, [{ id: 1 }]);
  await edit.api.editAdapter(1, { rating: 3 });
  assert.equal(edit.asked.length, 2);
});

test('too many requests for longer than anybody waits is one sentence', async () => {
  const { api, asked } = answers(LATER);
  await assert.rejects(api.health(), (error) => error.status === 429 && /so many requests/.test(sentence(error)));
  assert.equal(asked.length, 1);
});

test('what would be done twice is not repeated when SDNext counts it after it was done', async () => {
  const { api, asked } = answers(HELD, [{ id: 9 }]);
  await assert.rejects(api.generate({}), (error) => /probably done/.test(sentence(error)));
  assert.equal(asked.length, 1);
  const ours = answers(OURS, [{ id: 9 }]);
  assert.deepEqual(await ours.api.generate({}), { id: 9 }, 'ours refuses before it begins');
});

test('a longer wait is told of, and ends at once with whoever no longer wants the answer', async () => {
  const { api } = answers([{}, { status: 429, headers: { 'Retry-After': '30' } }], [{ items: [] }]);
  const controller = new AbortController();
  const told = new Promise((done) => {
    api.onWaiting = () => done('waiting');
  });
  const asking = api.jobs(controller.signal);
  assert.equal(await told, 'waiting');
  controller.abort();
  await assert.rejects(asking, isAbort);
});

test('edits of one thing go one after another: an older one never undoes a newer', async () => {
  const { api, asked } = answers(HELD, [{ id: 1 }]);
  await Promise.all([api.editAdapter(1, { notes: 'a' }), api.editAdapter(1, { notes: 'ab' })]);
  assert.deepEqual(asked.map(([, init]) => JSON.parse(init.body).notes), ['a', 'a', 'ab']);
  assert.equal(api.edits.size, 0);
});
