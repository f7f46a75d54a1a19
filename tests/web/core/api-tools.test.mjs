import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError } from '../../../lora_manager/web/core/api.js';
import { compareBackup, exportList, startBulk } from '../../../lora_manager/web/core/api-tools.js';
import { goBack, lookBack, trashFile } from '../../../lora_manager/web/core/api-history.js';

/** @returns an Api whose every request is answered so, and what it was asked */
function asked(answer) {
  const calls = [];
  const api = new Api('http://h/', async (url, init) => {
    calls.push([init.method ?? 'GET', url.replace('http://h/api/v1/', ''), init.body && JSON.parse(init.body)]);
    return answer();
  });
  return { api, calls };
}

test('calls say what the server wants to hear', async () => {
  const { api, calls } = asked(() => Response.json({}));
  await startBulk(api, { ids: [1, 2] }, 'tags', { add: ['a'] }, 2);
  await lookBack(api, '2026-01-02T03:04:05Z', 4);
  await goBack(api, '2026-01-02T03:04:05Z', null);
  await trashFile(api, 9);
  await compareBackup(api, 'a/b');
  assert.deepEqual(calls, [
    ['POST', 'bulk', { selection: { ids: [1, 2] }, action: 'tags', params: { add: ['a'] }, expect: 2 }],
    ['GET', 'history/back-to?at=2026-01-02T03%3A04%3A05Z&adapter_id=4', undefined],
    ['POST', 'history/back-to', { at: '2026-01-02T03:04:05Z', adapter_id: null }],
    ['DELETE', 'adapters/9', {}],
    ['GET', 'backups/a%2Fb/differences', undefined],
  ]);
});

test('a file comes with the name it is given', async () => {
  const { api } = asked(() => new Response('a,b\n', { headers: { 'Content-Disposition': 'attachment; filename="loras.csv"' } }));
  const { blob, name } = await exportList(api, { filters: { q: 'ink' }, except: [3] }, 'csv');
  assert.deepEqual([name, await blob.text()], ['loras.csv', 'a,b\n']);
});

test('a refused edit tells what is there now', async () => {
  const refusal = { detail: 'Changed.', code: 'changed_meanwhile', current: { name: 'B' } };
  const { api } = asked(() => Response.json(refusal, { status: 409 }));
  await assert.rejects(api.editAdapter(1, { name: 'C', if: { name: 'A' } }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.code, error.current], ['changed_meanwhile', { name: 'B' }]);
    return true;
  });
});
