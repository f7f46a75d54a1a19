import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacking, lossText, owned, pathsText, takeOver } from '../../../lora_manager/web/library/duplicate-loss.js';

const item = (id, more = {}) => ({ id, path: `/loras/${id}.safetensors`, rating: null, favourite: false, edited: false, uses: 0, ...more });

test('every file that goes is named, and what only it has', () => {
  const going = [{ kept: 1, others: [item(2, { rating: 4, edited: true, uses: 3 }), item(3)] }];
  assert.deepEqual(pathsText(going), ['/loras/2.safetensors', '/loras/3.safetensors']);
  assert.match(lossText(going), /^Only those that go have: 2.safetensors: 4 stars, edited by you, /);
  assert.equal(lossText([{ kept: 1, others: [item(3)] }]), '');
  assert.equal(owned([{ kept: 1, others: [item(3)] }]).length, 0);
  assert.equal(pathsText([{ kept: 1, others: Array.from({ length: 9 }, (_, n) => item(n)) }]).at(-1), 'and 4 more');
});

test('the one that stays gets what it lacks, and keeps what it has', async () => {
  const bare = { rating: null, favourite: false, notes: '', tags: ['Ink'] };
  const rich = { rating: 4, favourite: true, notes: 'mine', tags: ['ink', 'style'] };
  assert.deepEqual(lacking(bare, [rich]), { rating: 4, favourite: true, notes: 'mine', tags: ['Ink', 'style'] });
  assert.deepEqual(lacking(rich, [bare]), {});
  const edits = [];
  const api = { adapter: async (id) => (id === 1 ? bare : rich), editAdapter: async (...edit) => edits.push(edit) };
  await takeOver(api, [{ kept: 1, others: [item(2, { edited: true })] }, { kept: 8, others: [item(9)] }]);
  assert.deepEqual(edits, [[1, { rating: 4, favourite: true, notes: 'mine', tags: ['Ink', 'style'] }]]);
});
