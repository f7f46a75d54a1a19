import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../../../lora_manager/web/core/session.js';

test('several who ask for the host at once make one request, and each has its answer', async () => {
  let asked = 0;
  const session = new Session({
    host: async () => {
      asked += 1;
      return { name: 'a1111' };
    },
  });
  void session.readHost();
  await session.readHost();
  assert.deepEqual([asked, session.host.state.info.name], [1, 'a1111']);
  await session.readHost();
  assert.equal(asked, 2);
});

test('a part of the page that does not come makes it say so, unless the versions say it better', async () => {
  const error = console.error;
  console.error = () => {};
  const session = new Session({ health: async () => ({ version: '1', web_version: 'other' }) });
  await assert.rejects(session.need(Promise.reject(new TypeError('gone'))), /gone/);
  assert.equal(session.server.state.advice, 'reload');
  const away = new Session({ health: () => Promise.reject(new Error('away')) });
  await assert.rejects(away.need(Promise.reject(new TypeError('gone'))), /gone/);
  assert.equal(away.server.state.advice, 'broken');
  console.error = error;
});
