import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeBeside } from '../../../lora_manager/web/catalogue/preview-place.js';

const PICTURE = { width: 512, height: 748 };

/** A card of 160 by 270 with its picture on top. */
function card(left, top) {
  return [{ left, top, right: left + 160, bottom: top + 270 }, { left, top, right: left + 160, bottom: top + 200 }];
}

function overlaps({ left, top, width, height }, box) {
  return left < box.right && left + width > box.left && top < box.bottom && top + height > box.top;
}

test('it stands beside the card wherever that is, inside the area, in its own proportions', () => {
  const area = { width: 1300, height: 700 };
  for (let left = 0; left <= area.width - 160; left += 95) {
    for (let top = -100; top <= area.height - 100; top += 80) {
      const [around, small] = card(left, top);
      const place = placeBeside(around, small, area, PICTURE);
      assert.equal(overlaps(place, around), false, `${left} ${top}`);
      assert.ok(place.left >= 0 && place.top >= 0);
      assert.ok(place.left + place.width <= area.width && place.top + place.height <= area.height);
      assert.ok(Math.abs(place.width / place.height - 512 / 748) < 0.01);
    }
  }
});

test('beside the row of a table it stands above or below', () => {
  const row = { left: 0, top: 300, right: 1300, bottom: 340 };
  const small = { left: 8, top: 304, right: 36, bottom: 336 };
  const place = placeBeside(row, small, { width: 1300, height: 800 }, PICTURE);
  assert.ok(place.top >= 340 && place.left < 40);
});

test('where there is no room for one that is worth it there is none', () => {
  assert.equal(placeBeside(...card(12, 12), { width: 360, height: 420 }, PICTURE), null);
});
