import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertAdapter, takeOut, toggleInPrompt } from '../../../lora_manager/web/core/actions.js';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { answerWish } from '../../../lora_manager/web/core/relay.js';
import { Session } from '../../../lora_manager/web/core/session.js';

const CARD = { id: 7, name: 'Ink Wash' };
const settle = () => new Promise((done) => setTimeout(done, 5));

function composed(prompt) {
  const adapters = prompt.includes('<lora:ink') ? [{ id: 7, name: 'Ink Wash', tag_name: 'ink', weight: 1, known: true }] : [];
  return { prompt, adapters };
}

/** A server beside a web UI; `open` is whether a page of the web UI is, `whats` what it says it did, in turn. */
function beside({ open, whats = ['added'] }) {
  const sent = [];
  const session = new Session({
    host: async () => null,
    feedback: async () => ({ event: 1, undo: true }),
    takeFeedbackBack: async () => ({}),
    compose: async (prompt, add, remove = []) => {
      const bare = prompt.replace(/<lora:ink:[\d.]+>/, '');
      const put = add.length > 0 ? `${bare}<lora:ink:${add[0].weight ?? 1}>` : prompt;
      return composed(remove.length > 0 ? bare : put);
    },
    insertElsewhere: async (add, remove) => {
      sent.push([add, remove]);
      if (!open) {
        throw new ApiError('No page is open. Open it.', 409, 'no_host_page');
      }
      return { place: 'txt2img', what: whats.length > 1 ? whats.shift() : whats[0] };
    },
  });
  session.relay.offer();
  return { session, sent };
}

test("insert goes to the web UI's own page, says where, and can be undone", async () => {
  const { session, sent } = beside({ open: true });
  assert.equal(session.relay.state.on, true);
  await insertAdapter(session, CARD, { weight: 0.5 });
  const [toast] = session.toasts.state.items;
  assert.equal(toast.text, 'Inserted Ink Wash into txt2img of the web UI');
  toast.action.run();
  assert.deepEqual(sent, [[[{ id: 7, weight: 0.5 }], []], [[], [7]]]);
  assert.equal(session.prompt.state.text, '', 'the prompt of this page stays as it is');
});

test('where none is open the tag is copied instead; a browser that forbids it gets a click', async () => {
  const { session } = beside({ open: false });
  const copied = [];
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { clipboard: { writeText: async (text) => copied.push(text) } } });
  await insertAdapter(session, CARD, { weight: 0.5 });
  assert.deepEqual(copied, ['<lora:ink:0.5>']);
  assert.equal(session.toasts.state.items.at(-1).text, 'No page is open. Open it. Copied Ink Wash as a tag, to be pasted.');
  assert.equal(session.relay.state.closed, 'No page is open. Open it.', 'said from now on before the next is inserted');
  let typed = 0;
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: {} });
  globalThis.HTMLElement = class {};
  globalThis.document = {
    activeElement: null,
    body: { append() {} },
    createElement: () => ({ style: {}, select() {}, remove() {} }),
    execCommand: () => {
      typed += 1;
      return typed > 1;
    },
  };
  await insertAdapter(session, CARD);
  const toast = session.toasts.state.items.at(-1);
  assert.deepEqual([toast.kind, toast.action.label], ['error', 'Copy']);
  toast.action.run();
  await settle();
  assert.match(session.toasts.state.items.at(-1).text, /Copied Ink Wash/);
  delete globalThis.document;
  delete globalThis.HTMLElement;
});

test("what is in this page's own prompt counts only where Insert writes into it", async () => {
  const { session, sent } = beside({ open: true });
  session.relay.choose(false);
  await toggleInPrompt(session, CARD);
  assert.equal(session.prompt.state.text, '<lora:ink:1>');
  assert.ok(session.inPrompt(7));
  session.relay.choose(true);
  assert.equal(session.inPrompt(7), undefined, 'nobody knows what stands in the other');
  await toggleInPrompt(session, CARD);
  assert.equal(sent.length, 1);
});

test('what was put in from here is marked, and the same press takes it out', async () => {
  const { session, sent } = beside({ open: true, whats: ['added', 'removed', 'removed', 'already', 'already', ''] });
  const card = { ...CARD, weight: 0.8 };
  const last = () => session.toasts.state.items.at(-1);
  await toggleInPrompt(session, card);
  assert.equal(session.inPrompt(7).weight, 0.8);
  await toggleInPrompt(session, card);
  assert.equal(session.inPrompt(7), undefined);
  assert.equal(last().text, 'Took Ink Wash out of txt2img of the web UI');
  await toggleInPrompt(session, card);
  assert.equal(last().text, 'Took Ink Wash out of txt2img of the web UI', 'it stood there, and we did not know');
  assert.equal(session.inPrompt(7), undefined);
  last().action.run();
  await settle();
  await insertAdapter(session, card, { weight: 0.5 });
  assert.equal(last().text, 'Updated Ink Wash in txt2img of the web UI');
  assert.equal(last().action, null);
  assert.equal(session.inPrompt(7).weight, 0.5);
  await takeOut(session, card);
  assert.equal(session.inPrompt(7), undefined);
  assert.deepEqual(sent, [
    [[{ id: 7 }], []], [[{ id: 7 }], []], [[{ id: 7 }], []],
    [[{ id: 7, weight: 0.8 }], []], [[{ id: 7, weight: 0.5 }], []], [[], [7]],
  ]);
});

test('what is not there any more is said not to be', async () => {
  const { session } = beside({ open: true, whats: ['added', 'already'] });
  await toggleInPrompt(session, CARD);
  await takeOut(session, CARD);
  assert.equal(session.toasts.state.items.at(-1).text, 'Ink Wash was not in txt2img of the web UI any more');
  assert.equal(session.inPrompt(7), undefined);
});

test('a LoRA that does not fit the loaded model is said so from afar too', async () => {
  const { session } = beside({ open: true });
  session.api.host = async () => ({ model: { family: 'SD 1.5' } });
  await insertAdapter(session, { ...CARD, family: 'Pony' });
  assert.equal(session.toasts.state.items[0].text,
    'Inserted Ink Wash into txt2img of the web UI. Made for Pony, the loaded model is SD 1.5: it will probably not work');
});

/** A web UI's page with this text in its box. */
function page(text) {
  const { session } = beside({ open: true });
  const box = { text, changed: () => {} };
  const said = [];
  session.events.say = (message) => said.push(message);
  session.prompt.connect({
    read: () => box.text,
    write: (next) => {
      box.text = next;
    },
    watch: (changed) => {
      box.changed = changed;
      return () => {};
    },
    caret: null, place: { id: 'txt2img', name: 'txt2img' }, places: [{ id: 'txt2img', name: 'txt2img' }],
  });
  return { session, box, said };
}

test("the web UI's page inserts into its own prompt and answers with the place", async () => {
  const { session, box, said } = page('fog ');
  await answerWish(session, { id: 3, add: [{ id: 7, weight: 0.5 }], remove: [] });
  assert.equal(box.text, 'fog <lora:ink:0.5>');
  assert.deepEqual(said, [{ type: 'inserted', id: 3, place: 'txt2img', what: 'added' }]);
});

test('the same wish once more takes it out; one with a weight changes it; each says so', async () => {
  const { session, box, said } = page('fog <lora:ink:1>'); // The page has not asked yet what this tag means.
  const wishes = [
    [[{ id: 7, weight: null, triggers: null }], [], 'fog '], [[], [7], 'fog '],
    [[{ id: 7, weight: null, triggers: null }], [], 'fog <lora:ink:1>'],
    [[{ id: 7, weight: 0.5, triggers: null }], [], 'fog <lora:ink:0.5>'], [[], [7], 'fog '],
  ];
  for (const [add, remove, text] of wishes) {
    await answerWish(session, { id: 3, add, remove });
    assert.equal(box.text, text);
  }
  assert.deepEqual(said.map(({ what }) => what), ['removed', 'already', 'added', 'already', 'removed']);
});

test('whoever types meanwhile loses nothing, and the wish is fulfilled after that', async () => {
  const { session, box, said } = page('fog ');
  const answered = answerWish(session, { id: 3, add: [{ id: 7 }], remove: [] });
  box.text = 'fog and rain ';
  box.changed(box.text);
  await answered;
  assert.equal(box.text, 'fog and rain <lora:ink:1>');
  assert.equal(said.length, 1);
});

test('a page that cannot insert does not say that it has', async () => {
  const { session, said } = page('');
  session.api.compose = () => Promise.reject(new ApiError('', 0, 'unreachable'));
  await answerWish(session, { id: 3, add: [{ id: 7 }], remove: [] });
  session.api.compose = async (prompt) => composed(prompt);
  await answerWish(session, { id: 4, add: [{ id: 7 }], remove: [] });
  assert.deepEqual(said, []);
});
