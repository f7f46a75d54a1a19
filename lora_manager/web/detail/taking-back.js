/** What was taken back: much of it, and whatever touches files, by a job that is waited for. */

import { t } from '../strings.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Reverted} from '../core/types-changes.js'
 */

/** @param {Session} session @param {Reverted} answer @returns {Promise<Reverted>} */
export async function followed(session, answer) {
  if (!answer.job) {
    return answer;
  }
  const { finished } = await import('../core/bulk.js');
  const job = await finished(session, answer.job);
  if (!job.result) {
    throw new Error(job.error || t('history.none'));
  }
  return job.result;
}
