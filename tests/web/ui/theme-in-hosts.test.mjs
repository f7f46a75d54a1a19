import assert from 'node:assert/strict';
import { test } from 'node:test';

let loads = 0;

/** A host's page: the colour of its text, its variables, what the system prefers, and what its body's class says. */
async function inHost({ ink, variables = {}, systemDark = false, bodyClass = '' }) {
  const watched = [];
  const styles = { color: ink, getPropertyValue: (name) => variables[name] ?? '' };
  const container = { append() {} };
  let css = '';
  globalThis.matchMedia = () => ({ matches: systemDark, addEventListener() {} });
  globalThis.CSS = { supports: (_, value) => /^(#|rgb)/.test(value) };
  globalThis.CSSStyleSheet = class {
    replaceSync(text) {
      css = text;
    }
  };
  globalThis.MutationObserver = class {
    constructor(action) {
      this.action = action;
    }

    observe(element, { attributeFilter }) {
      watched.push([element, attributeFilter, this.action]);
    }
  };
  globalThis.getComputedStyle = (element) => (element === container ? styles : element.style);
  globalThis.document = {
    body: { className: bodyClass },
    documentElement: { dataset: {} },
    querySelector: (selector) => (selector === '.gradio-container' ? container : null),
    createElement: () => ({ style: {}, remove() {} }),
  };
  const { theme, themeSheet, refreshTheme } = await import(`../../../lora_manager/web/ui/theme.js?host=${(loads += 1)}`);
  themeSheet();
  refreshTheme();
  return { theme, styles, watched, css: () => css, data: globalThis.document.documentElement.dataset };
}

test("in a host its text's brightness decides: neither its body's class nor the system does", async () => {
  const light = await inHost({ ink: 'rgb(31, 41, 55)', systemDark: true, bodyClass: 'dark' });
  assert.equal(light.theme.state.dark, false);
  const dark = await inHost({ ink: 'rgb(207, 207, 207)', systemDark: false });
  assert.equal(dark.theme.state.dark, true);
  assert.deepEqual(dark.data, {}, "the host's own page is left as it is");
});

test('fields are told whether they are dark: in a host they would be white on dark', async () => {
  assert.match((await inHost({ ink: 'rgb(255, 255, 255)' })).css(), /^:host \{ color-scheme: dark;/);
  assert.match((await inHost({ ink: 'rgb(40, 40, 40)' })).css(), /^:host \{ color-scheme: light;/);
});

test("a host that changes its theme is followed, by its own colours or Modern's, and without any by ours", async () => {
  const page = await inHost({
    ink: 'rgb(229, 231, 235)',
    variables: { '--body-background-fill': '#0b0f19', '--body-text-color': '#f3f4f6' },
  });
  assert.match(page.css(), /--lm-bg: (rgb\(11[, ]+15[, ]+25\)|#0b0f19)/);
  page.styles.color = 'rgb(20, 20, 20)';
  assert.deepEqual(page.watched.map(([, names]) => names), [['class', 'style'], ['class', 'style']]);
  page.watched[0][2]();
  assert.equal(page.theme.state.dark, false);
  const modern = await inHost({
    ink: 'rgb(207, 207, 207)',
    variables: { '--sd-main-background-color': '#101820', '--sd-main-text-color': '#e0e0e0' },
  });
  assert.match(modern.css(), /--lm-bg: (rgb\(16[, ]+24[, ]+32\)|#101820)/);
  const none = await inHost({ ink: 'rgb(207, 207, 207)', variables: { '--body-background-fill': 'hsl(180deg 0% 9)' } });
  assert.match(none.css(), /--lm-bg: #111316/);
});
