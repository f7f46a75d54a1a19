import assert from 'node:assert/strict';
import { test } from 'node:test';
import { t } from '../../../lora_manager/web/strings.js';

test('the form follows the number, and numbers are written with thousands', () => {
  assert.equal(t('card.uses', { n: 1 }), '1 use');
  assert.equal(t('card.uses', { n: 10_482 }), '10,482 uses');
  assert.equal(t('analytics.n_adapters', { n: 0 }), '0 LoRAs');
});

test('what is filled in is text, whatever it holds', () => {
  assert.equal(t('toast.inserted', { name: '{n} <b>$&</b>' }), 'Inserted {n} <b>$&</b>');
});

test('a name that this page has no words for is shown as it is: the server may be of another version', () => {
  assert.equal(t(/** @type {any} */ ('recommend.kind_of_tomorrow')), 'recommend.kind_of_tomorrow');
});
