import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertAdapter, toggleInPrompt } from '../../../lora_manager/web/core/actions.js';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { answerWish } from '../../../lora_manager/web/core/relay.js';
import { Session } from '../../../lora_manager/web/core/session.js';

const CARD = { id: 7, name: 'Ink Wash' };
const settle = () => new Promise((done) => setTimeout(done, 5));

function composed(prompt) {
  const adapters = prompt.includes('<lora:ink') ? [{ id: 7, name: 'Ink Wash', tag_name: 'ink', weight: 1, known: true }] : [];
  return { prompt, adapters };
}

/** A server beside a web UI; `open` is whether a page of the web UI is. */
function beside({ open }) {
  const sent = [];
  const session = new Session({
    host: async () => null,
    compose: async (prompt, add, remove = []) => composed(remove.length > 0 ? '' : `${prompt}<lora:ink:${add[0].weight ?? 1}>`),
    insertElsewhere: async (add, remove) => {
      sent.push([add, remove]);
      if (!open) {
        throw new ApiError('Open it.', 409, 'no_host_page');
      }
      return { place: 'txt2img' };
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
  assert.match(session.toasts.state.items.at(-1).text, /No page of the web UI is open: copied Ink Wash/);
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
  assert.match(session.toasts.state.items.at(-1).text, /copied Ink Wash/);
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
  assert.equal(session.inPrompt(7), undefined);
  await toggleInPrompt(session, CARD);
  assert.equal(sent.length, 1);
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
  assert.deepEqual(said, [{ type: 'inserted', id: 3, place: 'txt2img' }]);
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
