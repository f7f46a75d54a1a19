import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contentTop, HIGHEST, layoutOf, moveTo, rowTop, scrollFor, windowOf,
} from '../../../lora_manager/web/catalogue/virtual-window.js';

const METRICS = { width: 1300, minCard: 160, gap: 12, padding: 12, aspect: 1.25, caption: 68, total: 10_000 };

test('columns fill the width and no card is narrower than asked', () => {
  for (let width = 260; width < 3000; width += 37) {
    const { columns, cardWidth } = layoutOf({ ...METRICS, width, minCard: 100 });
    assert.ok(cardWidth >= 100, `${width}`);
    assert.ok(Math.abs(columns * cardWidth + 12 * (columns - 1) + 24 - width) < 1e-6);
  }
});

test('a box narrower than one card still has a column', () => {
  assert.equal(layoutOf({ ...METRICS, width: 40 }).columns, 1);
});

test('every position shows what is in sight, and little more', () => {
  const layout = layoutOf(METRICS);
  const viewport = 800;
  for (let top = 0; top <= layout.height - viewport; top += 997) {
    const { firstRow, lastRow, first, last } = windowOf(layout, 10_000, top, viewport, 1);
    assert.ok(rowTop(layout, firstRow) <= top || firstRow === 0);
    assert.ok(rowTop(layout, lastRow) + layout.rowHeight >= top + viewport || lastRow === layout.rows - 1);
    assert.equal(first, firstRow * layout.columns);
    assert.ok(last - first < 200, 'within one request');
    assert.ok(last <= 9999);
  }
});

test('at the very end the last card is in the window', () => {
  for (const total of [1, 6, 7, 8, 9999, 30_000]) {
    const layout = layoutOf({ ...METRICS, total });
    assert.equal(windowOf(layout, total, layout.height, 800, 1).last, total - 1);
  }
});

test('an empty list has an empty window', () => {
  const layout = layoutOf({ ...METRICS, total: 0 });
  assert.deepEqual(windowOf(layout, 0, 0, 800, 1), { firstRow: 0, lastRow: -1, first: 0, last: -1, shift: 0 });
});

test('lists beyond what browsers can lay out are scrolled in a larger scale, to both ends', () => {
  const total = 500_000;
  const layout = layoutOf({ ...METRICS, width: 300, total });
  assert.ok(layout.contentHeight > HIGHEST);
  assert.equal(layout.height, HIGHEST);
  assert.equal(contentTop(layout, 0, 800), 0);
  assert.equal(Math.round(contentTop(layout, HIGHEST - 800, 800)), Math.round(layout.contentHeight - 800));
  const end = windowOf(layout, total, HIGHEST - 800, 800, 1);
  assert.equal(end.last, total - 1);
  const bottom = rowTop(layout, end.lastRow) + end.shift + layout.rowHeight;
  assert.ok(bottom <= HIGHEST + layout.rowHeight, 'the last row stands inside the scroll box');
  for (const row of [0, 1000, layout.rows - 1]) {
    const top = contentTop(layout, scrollFor(layout, row, 0, 800), 800);
    assert.ok(top <= rowTop(layout, row) && top + 800 >= rowTop(layout, row) + layout.rowHeight - 12.5, `${row}`);
  }
});

test('scrolling to a row in sight does not move', () => {
  const layout = layoutOf(METRICS);
  assert.equal(scrollFor(layout, 11, layout.rowHeight * 10, 800), layout.rowHeight * 10);
  assert.equal(scrollFor(layout, 0, 0, 800), 0);
});

test('keys move by card, row, view and to both ends, and stop there', () => {
  const grid = { columns: 5, total: 23, page: 2 };
  const cases = [
    [-1, 'ArrowRight', 0], [-1, 'ArrowDown', 0], [3, 'ArrowRight', 4], [0, 'ArrowLeft', 0], [7, 'ArrowUp', 2],
    [2, 'ArrowUp', 2], [7, 'ArrowDown', 12], [19, 'ArrowDown', 22], [21, 'ArrowDown', 21], [0, 'PageDown', 10],
    [12, 'PageUp', 2], [22, 'ArrowRight', 22], [3, 'End', 22], [22, 'Home', 0],
  ];
  for (const [from, key, to] of cases) {
    assert.equal(moveTo(from, key, grid), to, `${key} from ${from}`);
  }
  assert.equal(moveTo(3, 'a', grid), null);
  assert.equal(moveTo(0, 'End', { ...grid, total: 0 }), null);
});
