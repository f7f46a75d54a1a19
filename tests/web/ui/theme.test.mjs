import assert from 'node:assert/strict';
import { test } from 'node:test';

for (const systemDark of [false, true]) {
  test(`each turn shows the other theme, on a ${systemDark ? 'dark' : 'light'} system`, async () => {
    globalThis.matchMedia = () => ({ matches: systemDark, addEventListener() {} });
    globalThis.document = { querySelector: () => null, documentElement: { dataset: {} } };
    globalThis.CSSStyleSheet = class { replaceSync() {} };
    const { theme, themeSheet, turnTheme } = await import(`../../../lora_manager/web/ui/theme.js?${systemDark}`);
    themeSheet();
    const seen = [theme.state.dark];
    const choices = [];
    for (let n = 0; n < 3; n += 1) {
      turnTheme();
      seen.push(theme.state.dark);
      choices.push(theme.state.choice);
    }
    assert.deepEqual(seen, [systemDark, !systemDark, systemDark, !systemDark]);
    const other = systemDark ? 'light' : 'dark';
    assert.deepEqual(choices, [other, 'auto', other]);
  });
}
