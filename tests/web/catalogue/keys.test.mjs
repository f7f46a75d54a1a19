import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KEYS } from '../../../lora_manager/web/catalogue/keys.js';
import { isString } from '../../../lora_manager/web/strings.js';

const WEB = new URL('../../../lora_manager/web/', import.meta.url);

test('every key that does something with a card is listed, once, with what it does', () => {
  const listed = KEYS.map(([key]) => key.toLowerCase());
  assert.equal(new Set(listed).size, listed.length);
  assert.ok(KEYS.every(([, meaning]) => isString(meaning)));
  const tools = /TOOL_KEYS = .*\(\{(.*)\}\)/.exec(readFileSync(new URL('ui/card-tools.js', WEB), 'utf8'))?.[1] ?? '';
  const keys = [...tools.matchAll(/(\w): '/g)].map(([, key]) => key);
  assert.ok(keys.length >= 4);
  assert.deepEqual([...keys, 'f', 'v', 's', 'enter', 'space'].filter((key) => !listed.includes(key)), []);
});
