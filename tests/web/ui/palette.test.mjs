import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brightness, contrast, mix, parseColour } from '../../../lora_manager/web/ui/colour.js';
import { DARK, LIGHT, paletteFor } from '../../../lora_manager/web/ui/palette.js';

const ratio = (one, other) => contrast(parseColour(one), parseColour(other));

for (const [name, palette] of Object.entries({ DARK, LIGHT })) {
  test(`${name} is readable (WCAG AA) on every surface`, () => {
    for (const surface of ['bg', 'panel', 'raise']) {
      for (const ink of ['text', 'dim', 'accent-text', 'warn', 'bad', 'good']) {
        const least = surface === 'raise' && ink !== 'text' && ink !== 'dim' ? 4 : 4.5;
        assert.ok(ratio(palette[ink], palette[surface]) >= least, `${ink} on ${surface}: ${ratio(palette[ink], palette[surface])}`);
      }
    }
    assert.ok(ratio(palette['accent-ink'], palette.accent) >= 4.5);
    assert.ok(ratio(palette.accent, palette.bg) >= 3);
    assert.ok(ratio(palette['line-strong'], palette.bg) >= 3);
  });
}

test("a host's readable colours are taken over, the rest is made from them", () => {
  const palette = paletteFor(true, { bg: 'rgb(11, 15, 25)', text: 'rgb(243, 244, 246)', accent: 'rgb(249, 115, 22)' });
  assert.equal(palette.bg, 'rgb(11 15 25)');
  assert.equal(palette.accent, 'rgb(249 115 22)');
  for (const ink of ['text', 'dim']) {
    assert.ok(ratio(palette[ink], palette.panel) >= 4.5);
  }
  assert.ok(ratio(palette['accent-ink'], palette.accent) >= 4.5);
});

test('what of a host would not be readable, solid or a colour is left out', () => {
  assert.deepEqual(paletteFor(true, {}), DARK);
  assert.deepEqual(paletteFor(false, { bg: 'rgba(0, 0, 0, 0.25)', text: 'nonsense', accent: 'rgb(250, 250, 250)' }), LIGHT);
  assert.deepEqual(paletteFor(true, { bg: 'rgb(90, 90, 90)', text: 'rgb(120, 120, 120)' }), DARK);
});

test('colours are read in the forms browsers compute', () => {
  assert.deepEqual(parseColour('rgb(1, 2, 3)'), { r: 1, g: 2, b: 3, a: 1 });
  assert.deepEqual(parseColour('rgba(1 2 3 / 50%)'), { r: 1, g: 2, b: 3, a: 0.5 });
  assert.deepEqual(parseColour('#0f8'), { r: 0, g: 255, b: 136, a: 1 });
  assert.equal(parseColour('hsl(180deg 0% 9)'), null);
  assert.ok(brightness(parseColour('#fff')) > 254);
  assert.deepEqual(mix(parseColour('#000'), parseColour('#fff'), 0.5), { r: 127.5, g: 127.5, b: 127.5, a: 1 });
});
