/**
 * The page's theme: one style sheet of custom properties that every mount adopts, rewritten when the theme changes.
 *
 * In a host we follow its theme, told by the brightness of its text (its classes lie, hosts.md 5.6). Standing alone we
 * follow the system, or what the user chose.
 */

import { readPref, writePref } from '../core/prefs.js';
import { Store } from '../core/store.js';
import { brightness, parseColour } from './colour.js';
import { HOST_VARIABLES, paletteFor, solid } from './palette.js';

/** @typedef {'auto'|'light'|'dark'} Choice */

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

/** @type {CSSStyleSheet|null} */
let sheet = null;

export const theme = new Store(/** @type {{dark: boolean, choice: Choice}} */ (
  { dark: false, choice: readPref('theme', 'auto') }
));

/** From what is shown now to the other one. Where that is the system's own we follow the system again. */
export function turnTheme() {
  const dark = !theme.state.dark;
  /** @type {Choice} */
  const choice = dark === matchMedia(SYSTEM_DARK).matches ? 'auto' : dark ? 'dark' : 'light';
  writePref('theme', choice);
  theme.set({ choice });
  update();
}

/** The sheet of tokens, made and kept up to date from the first call on. */
export function themeSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    matchMedia(SYSTEM_DARK).addEventListener('change', update);
    update();
  }
  return sheet;
}

/** @returns {Element|null} the host's page, when we stand in one */
function hostContainer() {
  return document.querySelector('.gradio-container');
}

/** @param {Element|null} host */
function isDark(host) {
  if (host) {
    const ink = parseColour(getComputedStyle(host).color);
    return ink ? brightness(ink) > 128 : false;
  }
  const { choice } = theme.state;
  return choice === 'auto' ? matchMedia(SYSTEM_DARK).matches : choice === 'dark';
}

/**
 * @param {Element} host
 * @returns {Partial<Record<keyof typeof HOST_VARIABLES, string>>}
 */
function hostColours(host) {
  const probe = document.createElement('i');
  probe.style.display = 'none';
  host.append(probe);
  const style = getComputedStyle(host);
  /** @type {Record<string, string>} */
  const found = {};
  for (const [token, names] of Object.entries(HOST_VARIABLES)) {
    for (const name of names) {
      const value = style.getPropertyValue(name).trim();
      if (value && CSS.supports('color', value)) {
        probe.style.color = value;
        const { color } = getComputedStyle(probe);
        if (solid(color)) {
          found[token] = color;
          break;
        }
      }
    }
  }
  probe.remove();
  return found;
}

function update() {
  const host = hostContainer();
  const dark = isDark(host);
  const palette = paletteFor(dark, host ? hostColours(host) : {});
  const tokens = Object.entries(palette).map(([name, value]) => `--lm-${name}: ${value};`);
  sheet?.replaceSync(`:host { color-scheme: ${dark ? 'dark' : 'light'}; ${tokens.join(' ')} }`);
  if (!host) {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }
  theme.set({ dark });
}

let following = false;

/** Look again at where we stand: called by each mount when it is put on the page, since hosts build theirs late. */
export function refreshTheme() {
  const host = hostContainer();
  if (host && !following) {
    following = true;
    const observer = new MutationObserver(update);
    for (const element of [document.documentElement, document.body]) {
      observer.observe(element, { attributes: true, attributeFilter: ['class', 'style'] });
    }
  }
  update();
}
