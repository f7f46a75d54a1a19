import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../../../lora_manager/web/core/api.js';
import { Cards } from '../../../lora_manager/web/core/cards.js';
import { Toasts } from '../../../lora_manager/web/core/toasts.js';
import { Unsent } from '../../../lora_manager/web/core/unsent.js';
import { differing, Editing, isSame, saidOf, seenOf } from '../../../lora_manager/web/detail/editing.js';

const LANTERNS = {
  id: 4, name: 'Lanterns', version: 'v1', tags: ['sea'], notes: null, weight: 1, sources: {}, edited: [], trigger_groups: [],
};

/** A session whose server answers with `answer(method, path, body)`: [status, JSON]. */
function session(answer) {
  const asked = [];
  const api = new Api('http://h/', async (url, init) => {
    const [method, path, body] = [init.method ?? 'GET', url.replace('http://h/api/v1/', ''), init.body && JSON.parse(init.body)];
    asked.push([method, path, body]);
    const [status, said] = answer(method, path, body);
    return Response.json(said, { status });
  });
  const cards = new Cards();
  return { asked, api, cards, toasts: new Toasts(), unsent: new Unsent(api, cards) };
}

const lastToast = ({ toasts }) => toasts.state.items.at(-1);
const settle = () => new Promise((done) => setTimeout(done, 5));

test('nothing is nothing, however it is written', () => {
  assert.ok(isSame(null, '') && isSame([], null) && isSame(undefined, '') && isSame(['a'], ['a']));
  assert.ok(!isSame(0, '') && !isSame(false, null) && !isSame(['a', 'b'], ['b', 'a']));
  assert.deepEqual(differing(LANTERNS, { name: 'Lanterns', notes: '', version: 'v2' }), { version: 'v2' });
  assert.equal(saidOf(LANTERNS, { tags: ['fog'], version: 'v2' }), 'Tags: +fog −sea. Version: v1 → v2');
});

test('a weight that nobody gave is not compared', () => {
  assert.deepEqual(seenOf(LANTERNS, ['weight', 'version']), { version: 'v1' });
  assert.deepEqual(seenOf({ ...LANTERNS, edited: ['weight'] }, ['weight']), { weight: 1 });
});

test('an edit says what the user saw, is told, and undone from its message', async () => {
  const found = [];
  const here = session((method) => [200, method === 'POST' ? { set_id: 8, reverted: 1, skipped: [] } : { ...LANTERNS, version: 'v2', change_set: 7 }]);
  const editing = new Editing(here, (detail) => found.push(detail));
  assert.equal(await editing.save(LANTERNS, { version: 'v2' }), 'saved');
  assert.deepEqual(here.asked, [['PATCH', 'adapters/4', { version: 'v2', if: { version: 'v1' } }]]);
  assert.equal(found[0].version, 'v2');
  assert.equal(lastToast(here).text, 'Lanterns · Version: v1 → v2');
  lastToast(here).action.run();
  await settle();
  assert.deepEqual(here.asked.slice(1).map(([method, path]) => `${method} ${path}`), ['POST history/7/undo', 'GET adapters/4']);
  assert.deepEqual([lastToast(here).text, lastToast(here).action.label], ['Lanterns · Taken back', 'Do it again']);
  lastToast(here).action.run();
  await settle();
  assert.equal(here.asked[3][1], 'history/8/undo', 'an undo is undone by its own set');
  assert.deepEqual([lastToast(here).text, lastToast(here).action.label], ['Lanterns · Done again', 'Undo']);
  assert.equal(await editing.save(LANTERNS, { version: 'v1' }), 'same');
  assert.equal(here.asked.length, 5, 'what is so already is not saved');
});

test('what was changed meanwhile is shown beside what was typed, and the user chooses', async () => {
  const refusal = { detail: 'Changed.', code: 'changed_meanwhile', current: { version: 'theirs' } };
  const here = session((method, path, body) => (
    body?.if?.version === 'v1' ? [409, refusal] : [200, { ...LANTERNS, version: 'mine', change_set: 9 }]));
  const editing = new Editing(here, () => {});
  assert.equal(await editing.save(LANTERNS, { version: 'mine' }), 'conflict');
  assert.deepEqual(editing.state.conflict, { id: 4, mine: { version: 'mine' }, theirs: { version: 'theirs' } });
  assert.equal(await editing.keepMine(LANTERNS), 'saved');
  assert.deepEqual(here.asked.at(-1)[2], { version: 'mine', if: { version: 'theirs' } });
  assert.equal(lastToast(here).text, 'Lanterns · Version: theirs → mine');
  assert.equal(editing.state.conflict, null);
  await editing.save(LANTERNS, { version: 'mine' });
  await editing.takeTheirs(LANTERNS);
  assert.deepEqual([here.asked.at(-1)[0], editing.state.conflict], ['GET', null]);
});

test('notes are told once when the user is done, undone together, and kept where nobody heard of them', async () => {
  let set = 10;
  const here = session((method) => [200, method === 'PATCH' ? { ...LANTERNS, change_set: set++ } : { reverted: 1 }]);
  const editing = new Editing(here, () => {});
  await editing.save(LANTERNS, { notes: 'a' });
  await editing.save({ ...LANTERNS, notes: 'a' }, { notes: 'ab' });
  assert.equal(here.toasts.state.items.length, 0);
  editing.tellQuiet(LANTERNS);
  lastToast(here).action.run();
  await settle();
  assert.deepEqual(here.asked.slice(2, 4).map(([, path]) => path), ['history/11/undo', 'history/10/undo']);
  here.api.fetch = () => Promise.reject(new TypeError('away'));
  assert.equal(await editing.save(LANTERNS, { notes: 'later' }), 'failed');
  assert.equal(here.unsent.get(4), 'later');
});

test('what could not be taken back is said with its reason', async () => {
  const skipped = [{ id: 4, name: 'Lanterns', field: 'version', why: 'It was changed again since.' }];
  const here = session((method) => [200, method === 'POST' ? { reverted: 0, skipped } : LANTERNS]);
  await new Editing(here, () => {}).undo([3], 4);
  assert.deepEqual([lastToast(here).kind, lastToast(here).text], ['error', 'Version: It was changed again since.']);
});

test('what is saved of one adapter says nothing beside the fields of another', async () => {
  const here = session(() => [200, { ...LANTERNS, version: 'v2', change_set: 7 }]);
  const editing = new Editing(here, () => {});
  editing.reset(4);
  const saving = editing.save(LANTERNS, { version: 'v2' });
  assert.equal(editing.state.states.get('version'), 'saving');
  editing.reset(5);
  await saving;
  assert.equal(editing.state.states.size, 0);
  assert.equal(lastToast(here).text, 'Lanterns · Version: v1 → v2', 'but it is told');
  await editing.save(LANTERNS, { notes: 'late' });
  assert.equal(lastToast(here).text, 'Notes of Lanterns saved');
});
