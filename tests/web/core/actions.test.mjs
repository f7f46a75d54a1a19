import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editAdapter, insertAdapter, removeAdapter, sentence } from '../../../lora_manager/web/core/actions.js';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { Session } from '../../../lora_manager/web/core/session.js';

const CARD = { id: 7, name: 'Ink Wash', favourite: false };

/** A server with one LoRA; `refusing` makes it refuse every change. */
function server({ refusing = false } = {}) {
  const adapters = (prompt) => (prompt.includes('<lora:ink') ? [
    { id: 7, name: 'Ink Wash', tag_name: 'ink', weight: 1, known: true },
  ] : []);
  const answer = (value) => (refusing ? Promise.reject(new ApiError('Not now.', 409, 'busy')) : Promise.resolve(value));
  return {
    compose(prompt, add, remove) {
      const bare = prompt.replace(/ ?<lora:ink:[\d.]+>/, '');
      const text = add.length > 0 ? `${bare} <lora:ink:${add[0].weight ?? 0.8}>` : remove.length > 0 ? bare : prompt;
      return answer({ prompt: text, added: [], removed: [], adapters: adapters(text) });
    },
    feedback: () => Promise.resolve({ event: 1, undo: true }),
    takeFeedbackBack: () => Promise.resolve({}),
    editAdapter: (id, changes) => answer({ ...CARD, ...changes, edited: Object.keys(changes) }),
  };
}

const settle = () => new Promise((done) => setTimeout(done, 5));

test('undo puts the prompt back letter by letter', async () => {
  const session = new Session(server());
  session.prompt.write('fog , dusk');
  await insertAdapter(session, CARD, { weight: 0.5 });
  assert.equal(session.prompt.state.text, 'fog , dusk <lora:ink:0.5>');
  const [toast] = session.toasts.state.items;
  assert.match(toast.text, /Ink Wash/);
  toast.action.run();
  assert.equal(session.prompt.state.text, 'fog , dusk');
});

test('undo after more typing takes back only what was done', async () => {
  const session = new Session(server());
  session.prompt.write('fog');
  await insertAdapter(session, CARD);
  session.prompt.write(`${session.prompt.state.text} and rain`);
  session.toasts.state.items[0].action.run();
  await settle();
  assert.equal(session.prompt.state.text, 'fog and rain');
  await insertAdapter(session, CARD, { weight: 0.6 });
  await removeAdapter(session, CARD);
  session.prompt.write('fog');
  session.toasts.state.items.at(-1).action.run();
  await settle();
  assert.equal(session.prompt.state.text, 'fog <lora:ink:0.6>');
});

test('an edit is shown at once and taken back when it is refused', async () => {
  const good = new Session(server());
  const saving = editAdapter(good, CARD, { favourite: true });
  assert.equal(good.cards.get(7).favourite, true);
  assert.deepEqual((await saving).edited, ['favourite']);
  const bad = new Session(server({ refusing: true }));
  assert.equal(await editAdapter(bad, CARD, { favourite: true }), null);
  assert.equal(bad.cards.get(7).favourite, false);
  assert.deepEqual([bad.toasts.state.items[0].text, bad.toasts.state.items[0].kind], ['Not now.', 'error']);
});

test('an error is one sentence, whatever was thrown', () => {
  assert.match(sentence(new ApiError('', 0, 'unreachable')), /does not answer/);
  assert.equal(sentence(new ApiError('No.', 400, '')), 'No.');
  assert.equal(sentence('odd'), 'odd');
});

/** A host with two prompt boxes. */
function twoBoxes() {
  const texts = { txt2img: 'fog', img2img: 'rain' };
  const places = Object.keys(texts).map((id) => ({ id, name: id }));
  let changed = () => {};
  return {
    texts,
    caret: null,
    places,
    place: places[0],
    read() {
      return texts[this.place.id];
    },
    write(text) {
      texts[this.place.id] = text;
    },
    watch(action) {
      changed = action;
      return () => {};
    },
    choose(id) {
      this.place = places.find((place) => place.id === id);
      changed(this.read());
    },
    show() {},
  };
}

test('a message says where it went, and its undo goes back there', async () => {
  const session = new Session(server());
  const port = twoBoxes();
  session.prompt.connect(port);
  await insertAdapter(session, CARD, { weight: 0.5 });
  const [toast] = session.toasts.state.items;
  assert.equal(toast.text, 'Inserted Ink Wash into txt2img');
  session.prompt.choose('img2img');
  assert.equal(session.prompt.state.text, 'rain');
  toast.action.run();
  assert.deepEqual(port.texts, { txt2img: 'fog', img2img: 'rain' });
  assert.equal(session.prompt.state.place.id, 'txt2img');
});

test('a file that the host reads another one for is not inserted, and the message says which', async () => {
  const session = new Session(server());
  session.prompt.write('fog');
  await insertAdapter(session, { ...CARD, hidden_by: 'old/ink.safetensors' });
  assert.equal(session.prompt.state.text, 'fog');
  assert.deepEqual(session.toasts.state.items.map(({ kind }) => kind), ['error']);
  assert.match(session.toasts.state.items[0].text, /cannot reach .* old\/ink\.safetensors has the same name/);
});

test('a message says which words went in, and that the LoRA does not fit the model', async () => {
  const session = new Session({ ...server(), compose: (prompt, add) => Promise.resolve({ added: [], removed: [],
    prompt: add.length > 0 ? `${prompt}, ink, wash <lora:ink:1>` : prompt,
    adapters: [{ id: 7, name: 'Ink Wash', tag_name: 'ink', weight: 1, known: true }] }) });
  session.host.set({ info: { model: { name: 'x', family: 'SD 1.5' } } });
  session.prompt.write('fog, paper');
  await insertAdapter(session, { ...CARD, family: 'Pony', trigger_groups: [['ink', 'wash', 'paper'], ['brush']] });
  assert.equal(session.toasts.state.items[0].text,
    'Inserted Ink Wash with “ink, wash”. Made for Pony, the loaded model is SD 1.5: it will probably not work');
});

test('a newer message about a LoRA takes the place of the older one', async () => {
  const session = new Session(server());
  session.prompt.write('fog');
  session.toasts.show('Something else');
  await insertAdapter(session, CARD);
  await removeAdapter(session, CARD);
  await insertAdapter(session, CARD);
  assert.deepEqual(session.toasts.state.items.map(({ text }) => text), ['Something else', 'Inserted Ink Wash']);
  session.toasts.state.items[1].action.run();
  assert.equal(session.prompt.state.text, 'fog');
});

test('suggestions learn from what is put in, as which suggestion, and forget it with its undo', async () => {
  const told = [];
  const session = new Session({ ...server(), feedback: async (...what) => {
    told.push(what);
    return { event: 5, undo: true };
  }, takeFeedbackBack: async (event) => told.push(event) });
  await insertAdapter(session, CARD, { weight: 0.5 }, { session: 'abc', position: 3 });
  await insertAdapter(session, CARD, { weight: 0.6 });
  assert.deepEqual(told, [[{ session: 'abc', position: 3 }, 7, 'inserted']], 'another weight is no second time');
  await removeAdapter(session, CARD);
  await insertAdapter(session, CARD);
  session.toasts.state.items.at(-1).action.run();
  await settle();
  assert.deepEqual(told.slice(1), [[null, 7, 'inserted'], 5]);
});

test('what cannot be told to the suggestions is put in all the same', async () => {
  const session = new Session({ ...server(), feedback: () => Promise.reject(new ApiError('No.', 404, '')) });
  await insertAdapter(session, CARD);
  await settle();
  assert.match(session.toasts.state.items.at(-1).text, /Inserted Ink Wash/);
  session.toasts.state.items.at(-1).action.run();
  await settle();
  assert.equal(session.prompt.state.text, '');
});
