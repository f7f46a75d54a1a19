import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Prompt } from '../../../lora_manager/web/core/prompt.js';
import { PromptBoxes } from '../../../lora_manager/web/host/prompt-boxes.js';
import { FakePage } from './fake-page.mjs';

const stops = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A prompt that is kept in a page's boxes; its server puts "<lora:a:1>" in at the caret, or at the end. */
function connected(page) {
  const asked = [];
  const api = { async compose(prompt, add, remove, { caret } = {}) {
    asked.push({ prompt, caret });
    await page.composing?.();
    const place = caret ?? prompt.length;
    const text = add.length > 0 ? `${prompt.slice(0, place)}<lora:a:1>${prompt.slice(place)}` : prompt;
    return { prompt: text, added: [], removed: [], adapters: [] };
  } };
  const prompt = new Prompt(api);
  const boxes = new PromptBoxes();
  const watch = boxes.watch.bind(boxes);
  boxes.watch = (changed) => {
    const stop = watch(changed);
    stops.push(stop);
    return stop;
  };
  prompt.connect(boxes);
  return { prompt, boxes, asked };
}

test('the prompt is that of the tab the user works in, and of the last one while they are elsewhere', () => {
  const page = new FakePage(['txt2img', 'img2img', 'extras']);
  page.build('txt2img', 'img2img');
  page.open('txt2img');
  const { prompt } = connected(page);
  page.boxes.txt2img.type('fog');
  assert.deepEqual([prompt.state.text, prompt.state.place], ['fog', { id: 'txt2img', name: 'txt2img' }]);
  page.open('img2img');
  page.boxes.img2img.type('rain');
  assert.equal(prompt.state.text, 'rain');
  page.boxes.txt2img.value = 'pasted elsewhere';
  assert.equal(prompt.state.text, 'rain');
  page.open('lora_manager');
  assert.deepEqual([prompt.state.text, prompt.state.place?.id], ['rain', 'img2img']);
  assert.deepEqual(prompt.state.places.map(({ id }) => id), ['txt2img', 'img2img']);
});

test('the user may choose another place; the next tab they open wins again', () => {
  const page = new FakePage(['txt2img', 'img2img']);
  page.build('txt2img', 'img2img');
  page.open('txt2img');
  const { prompt } = connected(page);
  page.open('lora_manager');
  prompt.choose('img2img');
  prompt.write('dusk');
  assert.deepEqual([page.boxes.txt2img.value, page.boxes.img2img.value], ['', 'dusk']);
  prompt.choose('nothing like this');
  assert.equal(prompt.state.place?.id, 'img2img');
  page.open('txt2img');
  assert.deepEqual([prompt.state.place?.id, prompt.state.text], ['txt2img', '']);
});

test('a page that is still being built tells nothing; boxes that come late are found', () => {
  const page = new FakePage(['txt2img', 'control', 'video']);
  const { prompt, boxes } = connected(page);
  assert.deepEqual([prompt.state.place, prompt.state.places], [null, []]);
  page.build('control', 'video');
  page.boxes.control.shown = true;
  page.boxes.video.shown = true;
  boxes.look();
  page.observers.forEach((observer) => observer.action());
  assert.equal(prompt.state.place?.id, 'control', 'the first until one of them is alone');
  page.open('video');
  assert.equal(prompt.state.place?.id, 'video');
});

test('a box that the host makes anew is followed', () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  page.open('txt2img');
  const { prompt, boxes } = connected(page);
  const old = page.boxes.txt2img;
  page.build('txt2img');
  boxes.look();
  page.boxes.txt2img.type('new');
  old.type('old');
  assert.equal(prompt.state.text, 'new');
  assert.equal(page.observers.size, 1);
});

test('an adapter goes in at the caret the user set, and the next one behind it', async () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  page.open('txt2img');
  const { prompt, asked } = connected(page);
  page.boxes.txt2img.value = 'fog, dusk';
  await new Promise((done) => setTimeout(done, 1));
  await prompt.insert({ id: 1 });
  assert.equal(asked[0].caret, null, 'nobody put a caret there');
  assert.equal(page.boxes.txt2img.value, 'fog, dusk<lora:a:1>');
  page.boxes.txt2img.dispatchEvent(new Event('pointerdown'));
  page.boxes.txt2img.setSelectionRange(3, 3);
  page.open('lora_manager');
  await prompt.insert({ id: 1 });
  await prompt.insert({ id: 1 });
  assert.deepEqual(asked.slice(1).filter(({ caret }) => caret !== undefined).map(({ caret }) => caret), [3, 13]);
  assert.equal(page.boxes.txt2img.value, 'fog<lora:a:1><lora:a:1>, dusk<lora:a:1>');
});

test('what the server composed for one box never goes into another', async () => {
  const page = new FakePage(['txt2img', 'img2img']);
  page.build('txt2img', 'img2img');
  page.open('txt2img');
  const { prompt } = connected(page);
  page.composing = async () => page.open('img2img');
  await prompt.insert({ id: 1 });
  assert.deepEqual([page.boxes.txt2img.value, page.boxes.img2img.value], ['', '']);
});
