/** What suggestions are made with, in words. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import '../strings/learned.js';

/** @import {Recommender} from '../core/types-recommend.js' */

/** @param {number} size */
export function megabytes(size) {
  return t('maker.mb', { n: Math.round(size) });
}

/** @param {string} name of the hub, or a folder @returns {string} without whose it is, or where */
export function shortName(name) {
  return name.split(/[\\/]/).filter(Boolean).at(-1) ?? name;
}

/** Whether it will look otherwise in a moment. @param {Recommender} state */
export function isUnderWay({ digests, vectors, encoder }) {
  return digests.done < digests.total || encoder.state === 'loading'
    || (encoder.state === 'ready' && vectors.some(({ done, total }) => done < total));
}

/** @param {Recommender['work']} work @returns {string} "120 a second · 4 min left" */
export function workText(work) {
  if (!work || work.state === 'idle') {
    return '';
  }
  if (work.state === 'stopped') {
    return t('maker.is_stopped');
  }
  if (work.state === 'waiting') {
    return t(work.waits_for === 'scan' ? 'maker.waits_scan' : 'maker.waits_generation');
  }
  const pace = work.per_second > 0 ? t('maker.rate', { n: Math.round(work.per_second) }) : '';
  const left = work.eta_seconds !== null && work.eta_seconds >= 1
    ? t('job.left', { time: format.duration(work.eta_seconds) }) : '';
  return [pace, left].filter(Boolean).join(' · ');
}

/** @param {Recommender['digests']} digests */
export function readText({ done, total }) {
  return total === 0 ? t('maker.read_none') : t(done < total ? 'maker.read_some' : 'maker.read_all', { done, total });
}

/** @param {Recommender['encoder']} encoder */
export function encoderText({ state, name }) {
  return t(`maker.${state}`, { name: shortName(name) });
}
