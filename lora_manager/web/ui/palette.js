/** Our colours for light and dark, and how they bend towards the theme of the host we stand in. */

import { contrast, cssColour, mix, parseColour } from './colour.js';

/** @import {Rgba} from './colour.js' */

/**
 * @typedef {'bg'|'panel'|'raise'|'line'|'line-strong'|'text'|'dim'|'accent'|'accent-text'|'accent-ink'|'warn'|'bad'
 *   |'good'} Token
 * @typedef {Record<Token, string>} Palette
 */

/** @type {Palette} */
export const DARK = {
  bg: '#111316',
  panel: '#181b1f',
  raise: '#23272c',
  line: '#2a2f36',
  'line-strong': '#6b7580',
  text: '#e7e9ec',
  dim: '#9aa3ad',
  accent: '#4db6ac',
  'accent-text': '#63c7bd',
  'accent-ink': '#06201d',
  warn: '#f0b35a',
  bad: '#f27f7f',
  good: '#7bc67e',
};

/** @type {Palette} */
export const LIGHT = {
  bg: '#f5f6f7',
  panel: '#ffffff',
  raise: '#e9ecef',
  line: '#dde1e5',
  'line-strong': '#838c95',
  text: '#1b1f24',
  dim: '#57616b',
  accent: '#0f766e',
  'accent-text': '#0b655e',
  'accent-ink': '#ffffff',
  warn: '#8f5600',
  bad: '#b3261e',
  good: '#276a2b',
};

/**
 * Which variables of a host stand for which of our colours: gradio's first, then those of SDNext's Modern UI, which has
 * none of gradio's. Its Standard UI has both, but Modern's say nothing of it there.
 */
export const HOST_VARIABLES = {
  bg: ['--body-background-fill', '--sd-main-background-color'],
  panel: ['--block-background-fill', '--sd-panel-background-color'],
  text: ['--body-text-color', '--sd-main-text-color', '--sd-label-color'],
  accent: ['--color-accent', '--sd-main-accent-color'],
};

const READABLE = 4.5;
const VISIBLE = 3;

/** @param {string|undefined} text @returns {Rgba|null} null unless it is a solid colour */
export function solid(text) {
  const colour = text ? parseColour(text) : null;
  return colour && colour.a === 1 ? colour : null;
}

/**
 * @param {boolean} dark
 * @param {Partial<Record<keyof typeof HOST_VARIABLES, string>>} host computed colours of the host, where it has them
 * @returns {Palette} readable in any case: what of the host's would not be is left out
 */
export function paletteFor(dark, host) {
  const own = dark ? DARK : LIGHT;
  const bg = solid(host.bg);
  const text = solid(host.text);
  const accent = solid(host.accent);
  const palette = { ...own };
  if (bg && text && contrast(bg, text) >= READABLE * 1.5) {
    Object.assign(palette, surfaces(bg, text, solid(host.panel)));
  }
  const ground = /** @type {Rgba} */ (parseColour(palette.bg));
  if (accent && contrast(accent, ground) >= VISIBLE) {
    const ink = [own['accent-ink'], '#ffffff', '#000000'].map((c) => /** @type {Rgba} */ (parseColour(c)));
    const best = ink.find((colour) => contrast(colour, accent) >= READABLE);
    if (best) {
      palette.accent = cssColour(accent);
      palette['accent-ink'] = cssColour(best);
      palette['accent-text'] = contrast(accent, ground) >= READABLE ? palette.accent : palette.text;
    }
  }
  return palette;
}

/**
 * @param {Rgba} bg
 * @param {Rgba} text
 * @param {Rgba|null} panel
 * @returns {Partial<Palette>}
 */
function surfaces(bg, text, panel) {
  const front = panel && contrast(panel, text) >= READABLE * 1.5 ? panel : mix(bg, text, 0.03);
  const dim = [0.35, 0.25, 0.15].map((share) => mix(text, bg, share)).find((c) => contrast(c, front) >= READABLE);
  return {
    bg: cssColour(bg),
    panel: cssColour(front),
    raise: cssColour(mix(front, text, 0.07)),
    line: cssColour(mix(front, text, 0.12)),
    'line-strong': cssColour(mix(front, text, 0.45)),
    text: cssColour(text),
    dim: cssColour(dim ?? text),
  };
}
