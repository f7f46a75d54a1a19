import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXAMPLES } from '../../../lora_manager/web/catalogue/search-examples.js';
import { t } from '../../../lora_manager/web/strings.js';

const FIELDS = readFileSync(new URL('../../../lora_manager/search/query/fields.py', import.meta.url), 'utf8');

test('the help names every field of the language with its example, and every flag', () => {
  const told = EXAMPLES.map(([example]) => example);
  const fields = [...FIELDS.matchAll(/^ {4}Field\("(\w+)".*, (["'])(.*)\2\),$/gm)].map(([, , , example]) => example);
  assert.ok(fields.length > 10);
  assert.deepEqual(fields.filter((example) => !told.includes(example)), []);
  const [, block] = /^FLAGS: .* = \{\n([^}]*)\}/m.exec(FIELDS);
  const flags = [...block.matchAll(/^ {4}"(\w+)": "/gm)].map(([, flag]) => flag);
  assert.ok(flags.length > 5);
  const words = `favourite ${t('help.is')}`;
  assert.deepEqual(flags.filter((flag) => !words.includes(flag)), []);
});
