/** How far a job is, in a bar and in words. */

import * as format from '../core/format.js';
import { isString, t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';

/** @import {Job} from '../core/types.js' */

/** @param {Job} job */
export function jobName({ kind }) {
  const name = `job.${kind}`;
  return t(isString(name) ? name : 'job.other');
}

/** @param {Job} job @returns {string} "62 % · 4 min left" */
export function progressText(job) {
  if (job.state === 'queued') {
    return t('job.queued');
  }
  const parts = [];
  if (job.total > 0) {
    parts.push(t('job.percent', { n: format.percent(job.done, job.total) }));
  }
  const eta = job.eta_seconds;
  if (eta !== null && eta !== undefined && eta >= 1) {
    parts.push(t('job.left', { time: format.duration(eta) }));
  }
  return parts.join(' · ') || t('job.running');
}

/** @param {Job} job */
export function progressBar(job) {
  const known = job.total > 0;
  return html`<div class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100"
    aria-valuenow=${known ? format.percent(job.done, job.total) : nothing} aria-label=${jobName(job)}>
    <i style="width:${known ? (100 * job.done) / job.total : 0}%"></i></div>`;
}
