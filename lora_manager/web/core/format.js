/** Numbers, sizes and times as people read them. */

const COUNT = new Intl.NumberFormat('en');
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const DATE_TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
});
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** @param {number} n */
export function count(n) {
  return COUNT.format(n);
}

/** @param {string} text as typed, with a point or a comma @returns {number|null} null when it is no number */
export function readNumber(text) {
  const plain = text.trim().replace(/[−–]/g, '-').replace(',', '.');
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/** @param {number|null|undefined} value bytes, in steps of 1024 */
export function bytes(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '';
  }
  let size = Math.max(0, value);
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.5 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}

/** @param {number|null|undefined} value a weight: at most two decimals, at least one */
export function weight(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '';
  }
  const text = (Math.round(value * 100) / 100).toFixed(2);
  return text.endsWith('0') ? text.slice(0, -1) : text;
}

/**
 * @param {number|null|undefined} seconds
 * @returns {string} "8 s", "4 min", "1 h 5 min"
 */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) {
    return '';
  }
  if (seconds < 9.95) {
    return `${Math.max(0, seconds).toFixed(seconds >= 0.05 && seconds < 1 ? 1 : 0)} s`;
  }
  if (seconds < 90) {
    return `${Math.round(seconds)} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

/** @param {string|number|null|undefined} time @returns {Date|null} */
function toDate(time) {
  if (time === null || time === undefined || time === '') {
    return null;
  }
  const when = new Date(typeof time === 'number' && time < 1e11 ? time * 1000 : time);
  return Number.isNaN(when.getTime()) ? null : when;
}

/** @type {[number, string][]} */
const AGO_STEPS = [[60, 'min'], [3600, 'h'], [86_400, 'd'], [2_592_000, 'mo'], [31_536_000, 'y']];

/**
 * @param {string|number|null|undefined} time ISO text or epoch
 * @param {number} [now] milliseconds
 * @returns {string} "just now", "5 min ago", "2 d ago"; "" for no time
 */
export function ago(time, now = Date.now()) {
  const when = toDate(time);
  if (!when) {
    return '';
  }
  const seconds = (now - when.getTime()) / 1000;
  const step = AGO_STEPS.findLast(([size]) => seconds >= size);
  return step ? `${Math.floor(seconds / step[0])} ${step[1]} ago` : 'just now';
}

/** @param {string|number|null|undefined} time */
export function date(time) {
  const when = toDate(time);
  return when ? DATE.format(when) : '';
}

/** @param {string|number|null|undefined} time */
export function dateTime(time) {
  const when = toDate(time);
  return when ? DATE_TIME.format(when) : '';
}

/**
 * @param {number} done
 * @param {number} total
 * @returns {number} 0 to 100, whole
 */
export function percent(done, total) {
  return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 0;
}

/**
 * @param {number} part
 * @param {number} whole
 * @returns {string} how many percent: neither none nor all unless it is
 */
export function share(part, whole) {
  const percents = whole > 0 ? (100 * part) / whole : 0;
  return percents > 0 && percents < 1 ? '<1' : String(percents < 100 ? Math.min(99, Math.round(percents)) : 100);
}

/** @type {[RegExp, string][]} Longer names first: the first that fits wins. */
const BADGES = [
  [/noob/i, 'Noob'],
  [/illustrious/i, 'IL'],
  [/pony/i, 'Pony'],
  [/flux/i, 'Flux'],
  [/hunyuan/i, 'Hunyuan'],
  [/sd ?xl|stable diffusion xl/i, 'XL'],
  [/sd ?1\.4/i, 'SD 1.4'],
  [/sd ?1/i, 'SD 1.5'],
  [/sd ?2/i, 'SD 2'],
  [/sd ?3/i, 'SD 3'],
];

/**
 * @param {string} baseModel
 * @returns {string} a few letters for the corner of a card
 */
export function badge(baseModel) {
  const known = BADGES.find(([pattern]) => pattern.test(baseModel));
  return known ? known[1] : baseModel.split(/[\s.]/)[0].slice(0, 10);
}
