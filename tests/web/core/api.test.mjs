import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError, queryString } from '../../../lora_manager/web/core/api.js';
import { locate } from '../../../lora_manager/web/core/base.js';

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
