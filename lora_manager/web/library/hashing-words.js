/** What is said of the hashing: in one sentence, and with what share of it done. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import '../strings/library.js';

/**
 * @import {Hashing} from '../core/types.js'
 * @import {StringName} from '../strings.js'
 */

/** Whether files are being read now, here. @param {Hashing} status */
export function isUnderWay({ state, elsewhere }) {
  return (state === 'running' || state === 'waiting') && !elsewhere;
}

/** What is said while nothing is being hashed. @param {Hashing} status @returns {StringName} */
function restOf({ done, total, errors }) {
  if (total === 0 || done >= total) {
    return total === 0 ? 'hashing.none' : 'hashing.all';
  }
  return done + errors === 0 ? 'hashing.soon' : 'hashing.later'; // Nothing was tried yet, or all that could be.
}

/** @param {Hashing} status @returns {string} "1,200 of 10,000 files · 12 % · 850 MB/s · 4 min left" */
export function hashingText(status) {
  const { state, done, total } = status;
  const counts = { done, total };
  if (state === 'paused') {
    return t('hashing.paused', counts);
  }
  if (status.elsewhere) {
    return t('hashing.elsewhere', counts);
  }
  if (state === 'idle') {
    return t(restOf(status), { ...counts, n: total });
  }
  const parts = [t('hashing.running', counts), t('job.percent', { n: format.percent(status.bytes_done, status.bytes_total) })];
  if (state === 'waiting') {
    parts.push(t(status.slow_for === 'scan' ? 'hashing.slow_scan' : 'hashing.slow_generation'));
  } else if (status.mb_per_second > 0) {
    parts.push(t('hashing.pace', { n: Math.round(status.mb_per_second) }));
  }
  if (status.eta_seconds !== null && status.eta_seconds >= 1) {
    parts.push(t('job.left', { time: format.duration(status.eta_seconds) }));
  }
  return parts.join(' · ');
}
