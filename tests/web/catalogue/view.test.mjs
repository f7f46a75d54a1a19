import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DENSITIES, layoutFor, rememberedView, ROW, VIEWS } from '../../../lora_manager/web/catalogue/view.js';

test('smaller cards stand in more columns, a table in one', () => {
  const columns = Object.fromEntries(VIEWS.map((view) => [view, layoutFor(view, 1300, 1000).columns]));
  assert.ok(columns.small > columns.medium && columns.medium > columns.large && columns.large > columns.table);
  assert.equal(columns.table, 1);
  assert.equal(layoutFor('table', 1300, 1000).contentHeight, 1000 * ROW);
  assert.equal(rememberedView(), 'medium');
});

test('a telephone has two cards side by side, a wide screen not too many', () => {
  for (const view of Object.keys(DENSITIES)) {
    assert.ok(layoutFor(view, 360, 10).columns >= 2, view);
    assert.ok(layoutFor(view, 3800, 10).columns <= 14, view);
  }
});
