/** Colours as numbers: luminance and contrast, to judge what a host's theme hands us. */

/** @typedef {{r: number, g: number, b: number, a: number}} Rgba 0 to 255, alpha 0 to 1 */

/**
 * @param {string} text a computed colour, "rgb(1, 2, 3)", "rgba(1 2 3 / 50%)" or "#rgb", "#rrggbb"
 * @returns {Rgba|null} null for anything else
 */
export function parseColour(text) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((digit) => digit + digit).join('') : hex[1];
    const [r, g, b] = [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
    return { r, g, b, a: 1 };
  }
  const parts = /^rgba?\(([^)]*)\)$/i.exec(text.trim())?.[1].split(/[\s,/]+/).filter(Boolean) ?? [];
  if (parts.length < 3) {
    return null;
  }
  const [r, g, b] = parts.slice(0, 3).map(Number.parseFloat);
  const alpha = parts[3] ?? '1';
  const a = alpha.endsWith('%') ? Number.parseFloat(alpha) / 100 : Number.parseFloat(alpha);
  return [r, g, b, a].every(Number.isFinite) ? { r, g, b, a } : null;
}

/** @param {Rgba} colour @returns {number} 0 black to 255 white, as the eye weighs it */
export function brightness({ r, g, b }) {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {Rgba} colour @returns {number} WCAG relative luminance, 0 to 1 */
function luminance({ r, g, b }) {
  const [x, y, z] = [r, g, b].map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

/** @param {Rgba} one @param {Rgba} other @returns {number} WCAG contrast, 1 to 21 */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** @param {Rgba} colour */
export function cssColour({ r, g, b }) {
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

/**
 * @param {Rgba} from
 * @param {Rgba} to
 * @param {number} share of `to`, 0 to 1
 * @returns {Rgba}
 */
export function mix(from, to, share) {
  const between = (/** @type {number} */ x, /** @type {number} */ y) => x + (y - x) * share;
  return { r: between(from.r, to.r), g: between(from.g, to.g), b: between(from.b, to.b), a: 1 };
}
