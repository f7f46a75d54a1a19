/** Icons, drawn for this page on a 16 px grid. They are decoration: what they sit in carries the name. */

import { svg } from '../vendor/lit.js';

/** @param {ReturnType<typeof svg>} shape @param {boolean} [filled] */
function icon(shape, filled = false) {
  return svg`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"
    fill=${filled ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;
}

const STAR = svg`<path d="M8 1.8l1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z"/>`;

const HEART = svg`<path d="M8 13.2L2.9 8.1a3.1 3.1 0 014.4-4.4L8 4.4l.7-.7a3.1 3.1 0 014.4 4.4z"/>`;

export const icons = {
  search: icon(svg`<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/>`),
  close: icon(svg`<path d="M4 4l8 8M12 4l-8 8"/>`),
  filter: icon(svg`<path d="M2 4h12M4.5 8h7M7 12h2"/>`),
  star: icon(STAR),
  starFull: icon(STAR, true),
  heart: icon(HEART),
  heartFull: icon(HEART, true),
  plus: icon(svg`<path d="M8 3v10M3 8h10"/>`),
  minus: icon(svg`<path d="M3 8h10"/>`),
  check: icon(svg`<path d="M3 8.5l3.2 3.2L13 4.8"/>`),
  chevron: icon(svg`<path d="M6 4l4 4-4 4"/>`),
  left: icon(svg`<path d="M10 4L6 8l4 4"/>`),
  sun: icon(svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"/>`),
  moon: icon(svg`<path d="M13.5 9.6A6 6 0 016.4 2.5a6 6 0 107.1 7.1z"/>`),
  copy: icon(svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5V4A1.5 1.5 0 009 2.5H4A1.5 1.5 0 002.5 4v5A1.5 1.5 0 004 10.5h1.5"/>`),
  folder: icon(svg`<path d="M2 4.5A1.5 1.5 0 013.5 3h2.8l1.5 1.8h4.7A1.5 1.5 0 0114 6.3v5.2a1.5 1.5 0 01-1.5 1.5h-9A1.5 1.5 0 012 11.5z"/>`),
  warn: icon(svg`<path d="M8 2.2l6.2 11.3H1.8zM8 6.5v3M8 11.6v.1"/>`),
  info: icon(svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.4M8 5.2v.1"/>`),
  image: icon(svg`<rect x="2" y="2.5" width="12" height="11" rx="1.5"/><circle cx="5.5" cy="6" r="1.1"/><path d="M2.5 12l3.6-3.6 2.4 2.2L11 8l3 3"/>`),
  dice: icon(svg`<rect x="2.5" y="2.5" width="11" height="11" rx="2.5"/><path d="M5.5 5.5v.01M10.5 5.5v.01M8 8v.01M5.5 10.5v.01M10.5 10.5v.01" stroke-width="2"/>`),
  again: icon(svg`<path d="M13 8a5 5 0 11-1.5-3.6M13 2.5v2.6h-2.6"/>`),
  spark: icon(svg`<path d="M8 2l1.4 4.1L13.5 8l-4.1 1.4L8 13.5 6.6 9.4 2.5 8l4.1-1.9z"/>`),
  swap: icon(svg`<path d="M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13"/>`),
  grid: icon(svg`<rect x="2.5" y="2.5" width="4.5" height="4.5" rx="1"/><rect x="9" y="2.5" width="4.5" height="4.5" rx="1"/><rect x="2.5" y="9" width="4.5" height="4.5" rx="1"/><rect x="9" y="9" width="4.5" height="4.5" rx="1"/>`),
  table: icon(svg`<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M2 6.5h12M2 9.8h12M6.5 6.5V13"/>`),
  large: icon(svg`<rect x="2.5" y="2.5" width="11" height="11" rx="1.5"/>`),
  small: icon(svg`<path d="M3 3h2v2H3zM7 3h2v2H7zM11 3h2v2h-2zM3 7h2v2H3zM7 7h2v2H7zM11 7h2v2h-2zM3 11h2v2H3zM7 11h2v2H7zM11 11h2v2h-2z"/>`, true),
  select: icon(svg`<path d="M13.5 8v4A1.5 1.5 0 0112 13.500H4A1.5 1.5 0 012.500 12V4A1.5 1.5 0 014 2.500h5.500M5.500 7.500l2.300 2.300L14 3.600"/>`),
  words: icon(svg`<path d="M3 4h10M3 8h10M3 12h6"/>`),
  page: icon(svg`<path d="M9.500 2.500h4v4M13.200 2.800L7.500 8.500M11.500 9v3.500A1 1 0 0110.500 13.500h-7a1 1 0 01-1-1v-7a1 1 0 011-1H7"/>`),
  up: icon(svg`<path d="M8 13V3M4 7l4-4 4 4"/>`),
  down: icon(svg`<path d="M8 3v10M4 9l4 4 4-4"/>`),
  sort: icon(svg`<path d="M5 13V3M2 6l3-3 3 3M11 3v10M8 10l3 3 3-3"/>`),
  pencil: icon(svg`<path d="M11 2.8l2.2 2.2L5.5 12.7l-3 .8.8-3z"/>`),
  dots: icon(svg`<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2.2"/>`),
  trash: icon(svg`<path d="M3 4.500h10M6.500 4.500V3h3v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500"/>`),
  history: icon(svg`<path d="M3 8a5 5 0 101.500-3.600M4.500 2.500v2.600h2.600M8 5.500V8l1.800 1.200"/>`),
  logo: icon(svg`<path d="M3 2.5v9A1.5 1.5 0 004.500 13H13"/><path d="M6.500 9.500l2.2-2.800 2 1.700 2.600-3.900"/>`),
};
