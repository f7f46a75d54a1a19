/** What is said of backups: why one was made, when the next one is due, what bringing one back would change. */

import * as format from '../core/format.js';
import { isString, t } from '../strings.js';
import '../strings/backups.js';

/**
 * @import {Backup, BackupDifferences, Backups} from '../core/types-changes.js'
 */

/** So much later than now is still in a moment. */
const SOON_MS = 120_000;
/** What stands in the names of files: at least as long as this list is short, all of it is shown. */
export const SHOWN = 8;

/** @param {string} reason @returns {string} */
export function reasonText(reason) {
  const name = `backups.${reason}`;
  return isString(name) ? t(name) : t('backups.before_other');
}

/** @param {Pick<Backup, 'created_at'>} backup */
export function timeText({ created_at: at }) {
  return format.dateTime(at);
}

/**
 * @param {Backups} list
 * @param {number} [now] milliseconds
 * @returns {string} "Last backup 3 h ago · next one 22 Nov 2026, 09:00"
 */
export function summary({ items, next_at: next }, now = Date.now()) {
  const parts = [];
  if (items.length > 0) {
    parts.push(t('backups.last', { ago: format.ago(items[0].created_at, now) }));
  }
  if (next === null) {
    parts.push(t('backups.no_next'));
  } else if (Date.parse(next) - now < SOON_MS) {
    parts.push(t('backups.next_soon'));
  } else {
    parts.push(t('backups.next', { time: format.dateTime(next) }));
  }
  const text = parts.join(' · ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For so long a restore is offered to be undone. */
const UNDOABLE_MS = 86_400_000;

/**
 * @param {Backup[]} items the newest first
 * @param {number} [now] milliseconds
 * @returns {Backup|null} what was there before the last restore, while that is not long ago
 */
export function beforeRestore(items, now = Date.now()) {
  const found = items.find(({ reason }) => reason === 'before_restore');
  return found && !found.problem && now - Date.parse(found.created_at) < UNDOABLE_MS ? found : null;
}

/** @param {BackupDifferences} found @returns {string[]} a sentence for each thing that changes */
export function differencesText({ tables, adapters, unreadable = '' }) {
  if (unreadable) {
    return [t('restore.unreadable', { why: unreadable })];
  }
  /** @param {string} name how many rows of a table are there now and were not then */
  const added = (name) => {
    const table = tables.find((one) => one.name === name);
    return table ? Math.max(0, (table.now ?? 0) - table.then) : 0;
  };
  /** @type {[import('../strings.js').StringName, number, string[]|undefined][]} */
  const all = [
    ['restore.edited', adapters.edited_since, undefined],
    ['restore.only_now', adapters.only_now, adapters.names_now],
    ['restore.only_then', adapters.only_then, adapters.names_then],
    ['restore.generations', added('generation'), undefined],
    ['restore.steps', added('change_set'), undefined],
  ];
  const lines = all.filter(([, n]) => n > 0).map(([name, n, names]) => t(name, { n }) + examples(n, names));
  return lines.length > 0 ? lines : [t('restore.same')];
}

/** @param {number} n @param {string[]} [names] some of them @returns {string} " (Amber, Moth and others)" */
function examples(n, names = []) {
  if (names.length === 0) {
    return '';
  }
  const list = names.join(', ');
  return ` (${names.length < n ? t('restore.names', { names: list }) : list})`;
}
