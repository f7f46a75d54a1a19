import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTags, withoutTag, withName, withWeight, wordsIn } from '../../../lora_manager/web/core/prompt-tags.js';

test('tags are found in order, with their weight or 1', () => {
  const prompt = 'a <lora:ink_wash:0.75> b <LORA:two> <lyco:x y:-1:0.5> <lora::1> (c:1.2) <hypernet:z:1>';
  const tags = parseTags(prompt).map(({ name, weight }) => [name, weight]);
  assert.deepEqual(tags, [['ink_wash', 0.75], ['two', 1], ['x y', -1]]);
  const [first] = parseTags(prompt);
  assert.equal(prompt.slice(first.start, first.end), '<lora:ink_wash:0.75>');
});

test('a weight is changed in its own tag only, and what follows it stays', () => {
  assert.equal(withWeight('<lora:a:1> <lora:a:1>', 1, 0.5), '<lora:a:1> <lora:a:0.5>');
  assert.equal(withWeight('x <lora:a>', 0, 0.8), 'x <lora:a:0.8>');
  assert.equal(withWeight('<lora:a:1:0.4:dyn=3>', 0, 0.6), '<lora:a:0.6:0.4:dyn=3>');
  assert.equal(withWeight('no tag', 0, 1), 'no tag');
});

test('a tag is taken out without leaving a gap or a doubled comma', () => {
  assert.equal(withoutTag('fog, <lora:a:1>, dusk', 0), 'fog, dusk');
  assert.equal(withoutTag('fog <lora:a:1> dusk', 0), 'fog dusk');
  assert.equal(withoutTag('<lora:a:1>, dusk', 0), 'dusk');
  assert.equal(withoutTag('fog, <lora:a:1>', 0), 'fog');
  assert.equal(withoutTag('fog\n<lora:a:1>\ndusk', 0), 'fog\n\ndusk');
  assert.equal(withoutTag('<lora:a:1>', 0), '');
  assert.equal(withoutTag('<lora:a:1>', 4), '<lora:a:1>');
});

test('trigger words stand in a prompt as phrases of their own: not in a tag, not in other words', () => {
  const prompt = 'a dark Alley, (neon  glow:1.2), ((rain)), samus \\(metroid\\) <lora:night_alley:0.8> ink wash. fog';
  const words = ['alley', 'neon glow', 'rain', 'samus (metroid)', 'samus \\(metroid\\)', 'ink wash', 'fog', 'a dark alley, rain'];
  assert.deepEqual(wordsIn(prompt, words), words.slice(1));
  assert.deepEqual(wordsIn('<lora:alley:1>', ['alley', '']), []);
  assert.deepEqual(wordsIn('fog BREAK rain', ['fog', 'rain', 'BREAK']), ['fog', 'rain']);
});

test('every tag of an old name gets the new one, whatever else stands in it', () => {
  const prompt = 'a <lora:old:0.8>, <lora:older:1> <lyco:old:0.5:0.2> old';
  assert.equal(withName(prompt, 'old', 'new $& name'), 'a <lora:new $& name:0.8>, <lora:older:1> <lyco:new $& name:0.5:0.2> old');
  assert.equal(withName('<lora:lora:1>', 'lora', 'x'), '<lora:x:1>');
});
