import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prompt } from '../../../lora_manager/web/core/prompt.js';

const KNOWN = { ink: { id: 7, name: 'Ink Wash' }, gold: { id: 9, name: 'Gold Leaf' } };

/** A server that composes by the contract, without trigger words; it notes what it was asked. */
function server({ delay = 0 } = {}) {
  const asked = [];
  const adapters = (prompt) => [...prompt.matchAll(/<lora:(\w+):([\d.]+)>/g)].map(([, tag, weight]) => ({
    id: KNOWN[tag]?.id ?? null,
    name: KNOWN[tag]?.name ?? tag,
    tag_name: tag,
    weight: Number(weight),
    known: tag in KNOWN,
  }));
  return {
    asked,
    async compose(prompt, add = [], remove = []) {
      asked.push({ prompt, add, remove });
      await new Promise((done) => setTimeout(done, delay));
      let text = prompt;
      for (const { id, weight } of add) {
        const tag = Object.keys(KNOWN).find((name) => KNOWN[name].id === id);
        text = text.replace(new RegExp(` ?<lora:${tag}:[^>]*>`), '').concat(` <lora:${tag}:${weight ?? 1}>`).trim();
      }
      for (const id of remove) {
        const tag = Object.keys(KNOWN).find((name) => KNOWN[name].id === id);
        text = text.replace(new RegExp(` ?<lora:${tag}:[^>]*>`), '');
      }
      return { prompt: text, added: add.map((one) => one.id), removed: remove, adapters: adapters(text) };
    },
  };
}

test('tags are chips at once and learn their names from the server', async () => {
  const api = server();
  const prompt = new Prompt(api);
  prompt.write('fog <lora:ink:0.8> <lora:gone:1>');
  assert.deepEqual(prompt.state.adapters.map(({ name, known }) => [name, known]), [['ink', null], ['gone', null]]);
  await new Promise((done) => setTimeout(done, 250));
  assert.deepEqual(prompt.state.adapters.map(({ id, name, known }) => [id, name, known]),
    [[7, 'Ink Wash', true], [null, 'gone', false]]);
  assert.equal(api.asked.length, 1);
  prompt.setWeight(0, 0.5);
  assert.equal(prompt.state.text, 'fog <lora:ink:0.5> <lora:gone:1>');
  assert.equal(prompt.find(7)?.weight, 0.5);
  await new Promise((done) => setTimeout(done, 250));
  assert.equal(api.asked.length, 1, 'known tags are not asked about again');
});

test('insert and remove go through the server and give the text before, for undo', async () => {
  const prompt = new Prompt(server());
  prompt.write('fog');
  assert.equal(await prompt.insert({ id: 7, weight: 0.7 }), 'fog');
  assert.equal(prompt.state.text, 'fog <lora:ink:0.7>');
  assert.equal(prompt.find(7)?.name, 'Ink Wash');
  assert.equal(await prompt.remove(7), 'fog <lora:ink:0.7>');
  assert.equal(prompt.state.text, 'fog');
});

test('two inserts at once both arrive', async () => {
  const prompt = new Prompt(server({ delay: 20 }));
  await Promise.all([prompt.insert({ id: 7 }), prompt.insert({ id: 9 })]);
  assert.equal(prompt.state.text, '<lora:ink:1> <lora:gold:1>');
});

test('what the user typed while the server thought is not overwritten', async () => {
  const prompt = new Prompt(server({ delay: 30 }));
  prompt.write('fog');
  const inserting = prompt.insert({ id: 7 });
  await new Promise((done) => setTimeout(done, 5));
  prompt.write('fog and rain');
  await inserting;
  assert.equal(prompt.state.text, 'fog and rain');
});

test('a tag that no file answers to is taken out here', async () => {
  const prompt = new Prompt(server());
  prompt.write('fog, <lora:gone:1>, rain');
  assert.equal(await prompt.removeAt(0), 'fog, <lora:gone:1>, rain');
  assert.equal(prompt.state.text, 'fog, rain');
});

test("a host's box is read, followed and written", async () => {
  let box = 'from host';
  let tell = () => {};
  const prompt = new Prompt(server());
  prompt.connect({
    read: () => box,
    write: (text) => {
      box = text;
    },
    watch: (changed) => {
      tell = changed;
      return () => {};
    },
  });
  assert.equal(prompt.state.text, 'from host');
  tell('typed there');
  assert.equal(prompt.state.text, 'typed there');
  await prompt.insert({ id: 9 });
  assert.equal(box, 'typed there <lora:gold:1>');
});
