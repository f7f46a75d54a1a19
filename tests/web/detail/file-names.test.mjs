import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameStem, sharedName, wrongName } from '../../../lora_manager/web/detail/file-names.js';

test('a name that will be refused is told while it is typed', () => {
  assert.match(wrongName('a/b'), /cannot hold \//);
  assert.match(wrongName('a\\b'), /cannot hold/);
  assert.match(wrongName('con.v2'), /Windows/);
  assert.equal(wrongName('console'), '');
});

test('only files of the very name are the same, whatever the search finds besides', async () => {
  const asked = [];
  const card = (id, relative_path) => ({ id, relative_path });
  const items = [card(1, 'a/ink.safetensors'), card(2, 'b/Ink.pt'), card(3, 'ink_v2.safetensors')];
  const api = { adapters: (params) => Promise.resolve(asked.push(params.q) && { items }) };
  assert.deepEqual((await sameStem(api, 'ink', 1)).map(({ id }) => id), [2]);
  assert.deepEqual(asked, ['file:"ink"']);
});

test('of two files with one name it is told which one is reached', () => {
  const mine = { relative_path: 'a/ink.safetensors', hidden_by: null };
  assert.equal(sharedName(mine, []), '');
  assert.match(sharedName(mine, [{ relative_path: 'b/ink.pt' }]), /reaches a\/ink\.safetensors, not b\/ink\.pt/);
  assert.match(sharedName({ ...mine, hidden_by: 'b/ink.pt' }, []), /reaches b\/ink\.pt, not a\/ink\.safetensors/);
});
