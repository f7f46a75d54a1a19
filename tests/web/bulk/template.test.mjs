import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isUnclosed, PLACEHOLDERS, putIn, unknownIn } from '../../../lora_manager/web/bulk/template.js';
import { isString } from '../../../lora_manager/web/strings.js';
import '../../../lora_manager/web/strings/bulk.js';

const SERVER = readFileSync(new URL('../../../lora_manager/services/files/template.py', import.meta.url), 'utf8');

test('the placeholders are those that the server fills in, each with its name', () => {
  const [, fields] = /^FIELDS = \((.*)\)$/m.exec(SERVER);
  const known = [...fields.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  assert.ok(known.length >= 5);
  assert.deepEqual([...PLACEHOLDERS].sort(), known.sort());
  assert.ok(PLACEHOLDERS.every((name) => isString(`template.${name}`)));
});

test('what means nothing is named, and a brace that stands alone is seen', () => {
  assert.deepEqual(unknownIn('{base_model}/{nobody}/{name}'), ['nobody']);
  assert.deepEqual(unknownIn('plain'), []);
  assert.deepEqual(['{name', 'name}', '{{name}}', '{name}-{version}'].map(isUnclosed), [true, true, true, false]);
});

test('a placeholder is put in at the caret, apart from its neighbours', () => {
  assert.deepEqual(putIn('', 0, 0, 'name', true), { text: '{name}', caret: 6 });
  assert.deepEqual(putIn('{author}', 8, 8, 'name', true), { text: '{author}/{name}', caret: 15 });
  assert.deepEqual(putIn('{author}', 0, 0, 'name', true), { text: '{name}/{author}', caret: 7 });
  assert.deepEqual(putIn('{name}', 6, 6, 'version', false), { text: '{name} {version}', caret: 16 });
  assert.deepEqual(putIn('loras/OLD/{name}', 6, 9, 'author', true).text, 'loras/{author}/{name}');
});
