/** Which cards of a very long grid are in sight, and where they stand. Pure arithmetic. */

/** Browsers stop laying out beyond some 17 to 33 million pixels: longer lists are scrolled in a larger scale. */
export const HIGHEST = 12_000_000;

/**
 * @typedef {object} Metrics How the grid is made.
 * @property {number} width inner width of the scroll box
 * @property {number} minCard smallest width of a card
 * @property {number} gap
 * @property {number} padding around the whole grid
 * @property {number} aspect height of a picture over its width
 * @property {number} caption height of what stands below the picture
 * @property {number} total cards in the list
 *
 * @typedef {object} Layout
 * @property {number} columns
 * @property {number} cardWidth
 * @property {number} pictureHeight
 * @property {number} rowHeight from one row to the next, gap included
 * @property {number} rows
 * @property {number} contentHeight what the grid would need
 * @property {number} height what the scroll box is given (at most HIGHEST)
 * @property {number} padding
 *
 * @typedef {object} Window
 * @property {number} firstRow
 * @property {number} lastRow -1 with no rows
 * @property {number} first index of the first card
 * @property {number} last index of the last card, -1 with none
 * @property {number} shift what to add to a row's place in the content to get its place in the scroll box
 */

/**
 * @param {Metrics} metrics
 * @returns {Layout}
 */
export function layoutOf({ width, minCard, gap, padding, aspect, caption, total }) {
  const inner = Math.max(1, width - 2 * padding);
  const columns = Math.max(1, Math.floor((inner + gap) / (minCard + gap)));
  const cardWidth = (inner - gap * (columns - 1)) / columns;
  const pictureHeight = Math.round(cardWidth * aspect);
  const rowHeight = pictureHeight + caption + gap;
  const rows = Math.ceil(total / columns);
  const contentHeight = rows === 0 ? 0 : rows * rowHeight - gap + 2 * padding;
  const height = Math.min(contentHeight, HIGHEST);
  return { columns, cardWidth, pictureHeight, rowHeight, rows, contentHeight, height, padding };
}

/**
 * @param {Layout} layout
 * @param {number} scrollTop
 * @param {number} viewport height of the scroll box
 * @returns {number} the content's pixel at the top of the view
 */
export function contentTop(layout, scrollTop, viewport) {
  const room = Math.max(1, layout.height - viewport);
  const scale = Math.max(0, layout.contentHeight - viewport) / room;
  const at = layout.height === layout.contentHeight ? scrollTop : scrollTop * scale;
  return Math.max(0, Math.min(at, layout.contentHeight - viewport));
}

/**
 * @param {Layout} layout
 * @param {number} total
 * @param {number} scrollTop
 * @param {number} viewport
 * @param {number} overscan rows kept ready above and below
 * @returns {Window}
 */
export function windowOf(layout, total, scrollTop, viewport, overscan) {
  if (layout.rows === 0) {
    return { firstRow: 0, lastRow: -1, first: 0, last: -1, shift: 0 };
  }
  const top = contentTop(layout, scrollTop, viewport);
  const rowAt = (/** @type {number} */ y) => Math.floor((y - layout.padding) / layout.rowHeight);
  const firstRow = clamp(rowAt(top) - overscan, 0, layout.rows - 1);
  const lastRow = clamp(rowAt(top + viewport) + overscan, firstRow, layout.rows - 1);
  return {
    firstRow,
    lastRow,
    first: firstRow * layout.columns,
    last: Math.min(total, (lastRow + 1) * layout.columns) - 1,
    shift: layout.height === layout.contentHeight ? 0 : scrollTop - top,
  };
}

/** @param {Layout} layout @param {number} row @returns {number} the row's place in the content */
export function rowTop(layout, row) {
  return layout.padding + row * layout.rowHeight;
}

/**
 * Where to scroll so that a row is wholly in sight; the present place when it already is.
 * @param {Layout} layout
 * @param {number} row
 * @param {number} scrollTop
 * @param {number} viewport
 * @param {'nearest'|'start'} [align]
 */
export function scrollFor(layout, row, scrollTop, viewport, align = 'nearest') {
  const top = contentTop(layout, scrollTop, viewport);
  const start = rowTop(layout, row) - layout.padding;
  const end = rowTop(layout, row) + layout.rowHeight - viewport;
  const wanted = align === 'start' ? start : clamp(top, Math.min(end, start), start);
  const most = Math.max(0, layout.contentHeight - viewport);
  const inContent = clamp(wanted, 0, most);
  if (layout.height === layout.contentHeight) {
    return inContent;
  }
  return most === 0 ? 0 : (inContent / most) * (layout.height - viewport);
}

/**
 * The card that a key leads to.
 * @param {number} index present card, -1 for none
 * @param {string} key
 * @param {{columns: number, total: number, page: number}} grid page: rows in sight
 * @returns {number|null} null when the key is not ours
 */
export function moveTo(index, key, { columns, total, page }) {
  if (total === 0) {
    return null;
  }
  const from = Math.max(0, index);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index < 0 ? 0 : Math.floor(from / columns) === Math.floor((total - 1) / columns) ? from : from + columns,
    ArrowUp: from - columns < 0 ? from : from - columns,
    PageDown: from + columns * page,
    PageUp: from - columns * page,
    Home: 0,
    End: total - 1,
  };
  return key in targets ? clamp(targets[key], 0, total - 1) : null;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
