import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatchedBox } from '../../../lora_manager/web/host/watched-box.js';
import { FakePage } from './fake-page.mjs';

function watched() {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  const box = page.boxes.txt2img;
  const heard = [];
  const watching = new WatchedBox(box, { changed: (text) => heard.push(text), seen() {}, touched() {} });
  return { box, heard, watching };
}

const settle = () => new Promise((done) => setTimeout(done, 1));

test('typing, assignments and silent changes are all heard, each once', async () => {
  const { box, heard, watching } = watched();
  box.type('fog');
  assert.deepEqual(heard, ['fog']);
  box.value = 'pasted';
  box.value = 'pasted twice';
  await settle();
  assert.deepEqual(heard, ['fog', 'pasted twice']);
  box.setRangeText('!', 0, 0);
  watching.check();
  watching.check();
  assert.deepEqual(heard.slice(2), ['!pasted twice']);
});

test('the box of the host works as before, also beside another extension that watches it', async () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  const box = page.boxes.txt2img;
  const proto = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), 'value');
  const theirs = [];
  const own = { configurable: true, get: proto.get, set(text) {
    theirs.push(text);
    proto.set.call(this, text);
  } };
  Object.defineProperty(box, 'value', own);
  const heard = [];
  const watching = new WatchedBox(box, { changed: (text) => heard.push(text), seen() {}, touched() {} });
  box.value = 'fog';
  assert.deepEqual([box.value, theirs, heard], ['fog', ['fog'], []], 'nothing of ours runs inside an assignment');
  await settle();
  assert.deepEqual(heard, ['fog']);
  watching.stop();
  assert.equal(Object.getOwnPropertyDescriptor(box, 'value').set, own.set);
});

test('after stop the box is as it was', async () => {
  const { box, heard, watching } = watched();
  watching.stop();
  assert.equal(Object.getOwnPropertyDescriptor(box, 'value'), undefined);
  box.value = 'fog';
  box.type(' and rain');
  await settle();
  assert.deepEqual(heard, []);
});

test('a caret that nobody put anywhere is none; else it counts characters, not halves of them', () => {
  const { box, watching } = watched();
  box.value = 'a 🎨 fog';
  assert.equal(watching.caret, null);
  box.dispatchEvent(new Event('pointerdown'));
  box.setSelectionRange(4, 4);
  assert.equal(watching.caret, 3);
});
