/** Thumbs, and the eye that is shut: icons that only suggestions need, on the 16 px grid of the others. */

import { svg } from '../vendor/lit.js';

const THUMB = 'M5.500 7.200L8 2.200a1.500 1.500 0 011.500 1.700l-.3 2.600h3a1.300 1.300 0 011.300 1.600l-1 4.200a1.300 1.300 0 01-1.300 1H5.500z';

/** @param {string} shape @param {{filled?: boolean, turned?: boolean}} [how] */
function icon(shape, { filled = false, turned = false } = {}) {
  return svg`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill=${filled ? 'currentColor' : 'none'}
    stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path
    d=${`${shape}M5.500 7.200H3v6.100h2.500`} transform=${turned ? 'rotate(180 8 8)' : ''}></path></svg>`;
}

export const judging = {
  up: icon(THUMB),
  upFull: icon(THUMB, { filled: true }),
  down: icon(THUMB, { turned: true }),
  downFull: icon(THUMB, { filled: true, turned: true }),
  hide: svg`<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path
    d="M6.300 4.200A6.600 6.600 0 018 4c3.600 0 5.600 2.600 6.200 4a8 8 0 01-1.700 2.300M4.200 5.300A7.600 7.600 0 001.800 8c.6 1.400 2.600 4 6.200 4 1 0 1.900-.2 2.700-.6M2.500 2.500l11 11M6.600 6.700a1.900 1.900 0 002.600 2.700"/></svg>`,
};
