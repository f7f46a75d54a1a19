import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReachable, nameInRail, nameOfTab, showPart, showTab } from '../../../lora_manager/web/host/tabs.js';

/** An element of a page: what it is called, and whether it is shown. */
const element = (fields) => ({ innerText: '', shown: true, clicks: 0, ...fields,
  getClientRects() {
    return { length: this.shown ? 1 : 0 };
  },
  click() {
    this.clicks += 1;
  } });

/** A page with gradio's tab bars, and with SDNext's rail where there is one. */
function page({ bars, rail = {} }) {
  globalThis.CSS = { escape: (text) => text };
  globalThis.document = {
    querySelector: (selector) => rail[selector.match(/#(\w+)_nav/)?.[1]] ?? null,
    querySelectorAll: (selector) => {
      const [bar, ...rest] = selector.split(' > ');
      return (bars[bar] ?? []).map(({ panel, button }) => (rest.includes('.tabitem') ? panel : button));
    },
    getElementById: (id) => Object.values(bars).flat().find(({ panel }) => panel.id === id)?.panel ?? null,
  };
}

const tab = (id, name, shown = true) => (
  { panel: element({ id, shown: false }), button: element({ innerText: name, shown }) }
);

test('a tab is the button at the place of its panel, whatever it is called', () => {
  const bars = { '#tabs': [tab('tab_txt2img', 'Txt2img '), tab('tab_img2img', 'Bild zu Bild')] };
  page({ bars });
  assert.deepEqual([nameOfTab('txt2img'), nameOfTab('img2img')], ['Txt2img', 'Bild zu Bild']);
  assert.equal(isReachable('img2img'), true);
  assert.equal(isReachable('control'), false);
  showTab('img2img');
  assert.equal(bars['#tabs'][1].button.clicks, 1);
  showTab('control');
});

test("SDNext's rail goes before gradio's hidden bar; icons alone have the names we know", () => {
  const rail = { control: element({ innerText: '' }), txt2img: element({ innerText: 'T2I', shown: false }) };
  page({ bars: { '#tabs': [tab('tab_txt2img', 'Text', false), tab('tab_control', 'Control', false)] }, rail });
  assert.deepEqual([nameOfTab('control'), isReachable('control'), isReachable('txt2img')], ['Control', true, false]);
  showTab('control');
  assert.equal(rail.control.clicks, 1);
});

test('a part of ours is shown by our tab and then its own; not again while it is shown', () => {
  const bars = {
    '#tabs': [tab('tab_txt2img', 'txt2img'), tab('tab_lora_manager', 'LoRA Manager')],
    '#lora_manager_parts': [tab('lora_manager_catalogue', 'Catalogue'), tab('lora_manager_library', 'Library')],
  };
  page({ bars });
  showPart('library');
  assert.deepEqual([bars['#tabs'][1].button.clicks, bars['#lora_manager_parts'][1].button.clicks], [1, 1]);
  bars['#lora_manager_parts'][1].panel.shown = true;
  showPart('library');
  assert.equal(bars['#tabs'][1].button.clicks, 1);
});

test('the two letters of the rail get our whole name, once the rail is there', () => {
  const named = element({ setAttribute(name, value) {
    this[name] = value;
  } });
  page({ bars: {} });
  assert.equal(nameInRail('LoRA Manager'), false);
  page({ bars: {}, rail: { lora_manager: named } });
  assert.deepEqual([nameInRail('LoRA Manager'), named.title], [true, 'LoRA Manager']);
});
