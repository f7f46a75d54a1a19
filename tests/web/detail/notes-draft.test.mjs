import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotesDraft } from '../../../lora_manager/web/detail/notes-draft.js';

test('notes go one after the other, the newest only, each compared with what was saved before', async () => {
  const saves = [];
  let answer = () => {};
  const editing = {
    save: (seen, values) => {
      saves.push([seen.notes, values.notes]);
      return new Promise((done) => {
        answer = done;
      });
    },
  };
  const draft = new NotesDraft(editing, { id: 4, notes: null });
  const first = draft.write('a');
  void draft.write('ab');
  void draft.write('abc');
  answer('saved');
  await new Promise((done) => setTimeout(done));
  assert.deepEqual(draft.unsaved('abcd'), { notes: 'abcd' }, 'what the server holds by now is not known');
  answer('saved');
  assert.equal(await first, 'saved');
  assert.deepEqual(draft.unsaved('abcd'), { notes: 'abcd', if: { notes: 'abc' } });
  assert.equal(draft.unsaved('abc'), null);
  assert.deepEqual(saves, [[null, 'a'], ['a', 'abc']]);
  const refused = draft.write('abcd');
  answer('conflict');
  assert.equal(await refused, 'conflict');
  void draft.write('abcde');
  assert.deepEqual(saves.at(-1), ['abc', 'abcde'], 'what was refused was not saved');
});
