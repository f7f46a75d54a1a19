import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePrompt, keyOf, questionOf, wordsOf } from '../../../lora_manager/web/recommend/question.js';

const WANTED = { kind: 'prompt', prompt: '', typed: '', ids: [], anyBase: false };

test('what is put in is no part of what is asked with', () => {
  assert.equal(wordsOf('fog <lora:ink:0.8>,  dusk <lora:b:1>'), 'fog , dusk');
  const before = questionOf({ ...WANTED, prompt: 'fog' });
  const after = questionOf({ ...WANTED, prompt: 'fog <lora:ink:0.8>' });
  assert.equal(keyOf(before), keyOf(after));
  assert.equal(after.prompt, 'fog <lora:ink:0.8>', 'the server leaves out what is in it');
  assert.notEqual(keyOf(before), keyOf(questionOf({ ...WANTED, prompt: 'fog', anyBase: true })));
});

test('each kind asks with what is its own, and not with nothing', () => {
  for (const kind of ['prompt', 'forgotten', 'description', 'trigger', 'with']) {
    assert.equal(questionOf({ ...WANTED, kind }), null, kind);
  }
  assert.equal(questionOf({ ...WANTED, prompt: '<lora:ink:1>' }), null);
  assert.equal(questionOf({ ...WANTED, kind: 'trigger', prompt: 'fog', typed: ' inkk ' }).prompt, 'inkk');
  assert.equal(questionOf({ ...WANTED, kind: 'description', prompt: 'fog' }), null);
  const beside = questionOf({ ...WANTED, kind: 'with', prompt: 'fog', ids: [2, 1] });
  assert.deepEqual([beside.ids, beside.kind], [[2, 1], 'with']);
  assert.equal(keyOf(beside), keyOf({ ...beside, ids: [1, 2], prompt: 'rain' }));
  assert.equal(keyOf(null), '');
});

test('a prompt that is being written on stays the same, another one is another', () => {
  assert.ok(isSamePrompt('misty mountains', 'misty mountains at dawn <lora:ink:1>'));
  assert.ok(isSamePrompt('misty mountains at dawn', 'Misty mountains'));
  assert.ok(!isSamePrompt('misty mountains', 'a cat'));
  assert.ok(!isSamePrompt('', 'a cat'));
});
