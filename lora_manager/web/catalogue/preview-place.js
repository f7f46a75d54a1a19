/** Where a large picture stands: beside the card it belongs to, never over it. Pure arithmetic. */

const GAP = 12;
/** Less than so much larger than the card's own picture is not worth showing. */
const WORTH = 1.3;

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{left: number, top: number, width: number, height: number}} Place
 */

/**
 * @param {Box} card in the area: it stays in sight
 * @param {Box} small its small picture
 * @param {{width: number, height: number}} area
 * @param {{width: number, height: number}} picture its own pixels, as many as it may be shown with
 * @returns {Place|null} null where there is no room for it
 */
export function placeBeside(card, small, area, picture) {
  const rooms = [
    { left: card.right + GAP, top: GAP, right: area.width - GAP, bottom: area.height - GAP },
    { left: GAP, top: GAP, right: card.left - GAP, bottom: area.height - GAP },
    { left: GAP, top: card.bottom + GAP, right: area.width - GAP, bottom: area.height - GAP },
    { left: GAP, top: GAP, right: area.width - GAP, bottom: card.top - GAP },
  ];
  const [best] = rooms
    .map((room) => ({ room, size: fitted(room, picture) }))
    .sort((one, other) => other.size.width - one.size.width);
  const { room, size } = best;
  if (size.width < WORTH * (small.right - small.left)) {
    return null;
  }
  const [x, y] = [(small.left + small.right) / 2, (small.top + small.bottom) / 2];
  return {
    ...size,
    left: between(x - size.width / 2, room.left, room.right - size.width),
    top: between(y - size.height / 2, room.top, room.bottom - size.height),
  };
}

/** @param {Box} room @param {{width: number, height: number}} picture */
function fitted({ left, top, right, bottom }, { width, height }) {
  const scale = Math.max(0, Math.min(1, (right - left) / width, (bottom - top) / height));
  return { width: Math.floor(width * scale), height: Math.floor(height * scale) };
}

/** @param {number} value @param {number} low @param {number} high */
function between(value, low, high) {
  return Math.round(Math.max(low, Math.min(high, value)));
}
