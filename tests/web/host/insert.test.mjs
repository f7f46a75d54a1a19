import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, moved, writeInto } from '../../../lora_manager/web/host/insert.js';
import { FakePage } from './fake-page.mjs';

const applied = (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end);

test('the difference leads from one text to the other and touches no more than it must', () => {
  const texts = ['', 'a', 'fog', 'fog, dusk', 'fog <lora:a:1>, dusk', 'fog <lora:a:0.8>, dusk', 'aaaa', 'aa', 'b aaaa b'];
  for (const before of texts) {
    for (const after of texts) {
      for (const caret of [0, 1, 3, before.length]) {
        const change = difference(before, after, Math.min(caret, before.length));
        assert.equal(applied(before, change), after, `${before} -> ${after} at ${caret}`);
      }
    }
  }
  assert.deepEqual(difference('fog <lora:a:1>, dusk', 'fog <lora:a:0.8>, dusk', 0), { start: 12, end: 13, text: '0.8' });
});

test('what could be put in at several places is put in at the caret', () => {
  assert.deepEqual(difference('a a a', 'a a a a', 2), { start: 2, end: 2, text: 'a ' });
  assert.deepEqual(difference('a a a', 'a a a a', 5), { start: 5, end: 5, text: ' a' });
});

test('a place in the text moves with the text', () => {
  const change = { start: 4, end: 6, text: 'xyz' };
  assert.deepEqual([0, 3, 4, 5, 6, 9].map((place) => moved(place, change)), [0, 3, 7, 7, 7, 10]);
  assert.equal(moved(4, { start: 4, end: 4, text: 'ab' }), 6, 'behind what is put in at it');
});

test('in a box that is shown the browser types, and the focus goes back to where it was', () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  page.open('txt2img');
  const box = page.boxes.txt2img;
  box.value = 'fog, dusk';
  const search = Object.assign(new EventTarget(), { focus() {
    globalThis.document.activeElement = this;
  } });
  globalThis.document.activeElement = search;
  box.setSelectionRange(2, 2);
  writeInto(box, 'fog <lora:a:1>, dusk');
  assert.equal(box.value, 'fog <lora:a:1>, dusk');
  assert.equal(globalThis.document.activeElement, search);
  assert.deepEqual(page.updated, [], 'the browser has told the host');
  assert.deepEqual([box.selectionStart, box.selectionEnd], [2, 2]);
  writeInto(box, 'fog <lora:a:1> <lora:b:1>, dusk', true);
  assert.equal(box.value.slice(0, box.selectionEnd), 'fog <lora:a:1> <lora:b:1>', 'the caret follows');
  writeInto(box, 'fog, dusk');
  assert.equal(box.value, 'fog, dusk');
});

test('in a hidden box, and where the browser does not type, the host is told in its own way', () => {
  for (const prepare of [(page) => page.open('img2img'), (page) => {
    page.open('txt2img');
    page.types = false;
  }]) {
    const page = new FakePage(['txt2img', 'img2img']);
    page.build('txt2img', 'img2img');
    prepare(page);
    const box = page.boxes.txt2img;
    box.value = 'fog';
    writeInto(box, 'fog <lora:a:1>');
    assert.equal(box.value, 'fog <lora:a:1>');
    assert.deepEqual(page.updated, ['fog <lora:a:1>']);
    writeInto(box, 'fog <lora:a:1>');
    assert.equal(page.updated.length, 1, 'nothing to write, nothing told');
  }
});

test('a box that does not take the focus is not typed into: that would go to whoever has it', () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  page.open('txt2img');
  const box = page.boxes.txt2img;
  box.value = 'fog';
  box.focus = () => {};
  globalThis.document.execCommand = () => assert.fail('it typed elsewhere');
  writeInto(box, 'fog <lora:a:1>');
  assert.equal(box.value, 'fog <lora:a:1>');
  assert.deepEqual(page.updated, ['fog <lora:a:1>']);
});

test('a host without a way of its own hears an input event', () => {
  const page = new FakePage(['txt2img']);
  page.build('txt2img');
  delete globalThis.window.updateInput;
  let heard = 0;
  page.boxes.txt2img.addEventListener('input', () => {
    heard += 1;
  });
  writeInto(page.boxes.txt2img, 'fog');
  assert.equal(heard, 1);
});
