/** What is done with many LoRAs at once: begun, followed to its end, told in one message, and taken back. */

import { sentence } from './actions.js';
import { ApiError } from './api.js';
import { undoSet } from './api-history.js';
import { exportList, startBulk } from './api-tools.js';
import { isActive } from './jobs.js';
import { t } from '../strings.js';
import '../strings/bulk.js';

/**
 * @import {Session} from './session.js'
 * @import {Job} from './types.js'
 * @import {BulkAction, BulkResult, Chosen, Reverted, Skipped} from './types-changes.js'
 */

/**
 * What is to be done.
 * @typedef {object} Deed
 * @property {BulkAction} action
 * @property {Record<string, any>} [params]
 * @property {(n: number) => string} said that it was done with so many
 * @property {boolean} [quiet] what comes of it is told by whoever asked for it
 *
 * What could not be done.
 * @typedef {{name: string, why: string}} Problem
 *
 * How the user is asked again, and told what went wrong.
 * @typedef {object} Talk
 * @property {(message: string) => Promise<number|null>} askAgain the selection is not what it was: how many it is now,
 *   null to let it be
 * @property {(title: string, problems: Problem[], count: number) => void} tellProblems
 */

const ABOUT = 'bulk';

/**
 * The job as it ended; told by the server, however news come here.
 * @param {Pick<Session, 'jobs'|'events'>} session
 * @param {Job} begun
 * @returns {Promise<Job>}
 */
export function finished({ jobs, events }, begun) {
  jobs.put(begun);
  events.nudge();
  const now = jobs.get(begun.id) ?? begun;
  if (!isActive(now)) {
    return Promise.resolve(now);
  }
  return new Promise((done) => {
    const stop = jobs.onFinished((job) => {
      if (job.id === begun.id) {
        stop();
        done(job);
      }
    });
  });
}

/** Lists ask again where nobody told them. @param {Pick<Session, 'server'|'events'>} session */
export function libraryChanged({ server, events }) {
  if (!events.live) {
    server.set({ revision: server.state.revision + 0.5 });
  }
}

/**
 * @param {Session} session
 * @param {Chosen} selection
 * @param {number} expect how many the user saw
 * @param {Deed} deed
 * @param {Talk} talk
 * @returns {Promise<BulkResult|null>} null where nothing was begun, or it failed
 */
export async function runBulk(session, selection, expect, deed, talk) {
  let count = expect;
  for (;;) {
    try {
      const begun = await startBulk(session.api, selection, deed.action, deed.params ?? {}, count);
      return tell(session, await finished(session, begun), deed, talk);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'selection_changed')) {
        session.toasts.show(sentence(error), { kind: 'error' });
        return null;
      }
      const now = await talk.askAgain(error.message);
      if (now === null) {
        return null;
      }
      count = now;
    }
  }
}

/** @param {Session} session @param {Job} job @param {Deed} deed @param {Talk} talk @returns {BulkResult|null} */
function tell(session, job, deed, talk) {
  const { toasts } = session;
  /** @type {BulkResult|null} */
  const result = job.result;
  libraryChanged(session);
  if (job.state === 'failed' || !result) {
    toasts.show(job.error || t(job.state === 'failed' ? 'bulk.failed' : 'bulk.cancelled_all'), {
      kind: job.state === 'failed' ? 'error' : 'info', about: ABOUT,
    });
    return null;
  }
  const text = outcome(job, result, deed);
  const undo = result.set_id !== null && result.set_id !== undefined && result.changed > 0
    ? undoOf(session, Number(result.set_id), talk) : null;
  if (!deed.quiet) {
    toasts.show(text, { action: undo, about: ABOUT });
  }
  if (result.problem_count > 0) {
    talk.tellProblems(text, result.problems, result.problem_count);
  }
  return result;
}

/**
 * @param {Pick<Job, 'state'>} job
 * @param {Pick<BulkResult, 'changed'|'problem_count'>} result
 * @param {Pick<Deed, 'said'>} deed
 * @returns {string} "Tagged 3,412 LoRAs. 12 could not be"
 */
export function outcome({ state }, { changed, problem_count: problems }, { said }) {
  const cut = state === 'done' ? '' : `${t('bulk.cut_short')} `;
  const rest = problems > 0 ? `. ${t('bulk.not_done', { n: problems })}` : '';
  return cut + (changed === 0 && problems === 0 ? t('bulk.no_change') : said(changed)) + rest;
}

/**
 * Take back what was done at once.
 * @param {Session} session
 * @param {number} setId
 * @param {Pick<Talk, 'tellProblems'>} talk
 * @returns {Promise<boolean>} whether it was
 */
export function takeBack(session, setId, talk) {
  return takingBack(session, () => undoSet(session.api, setId), talk);
}

/**
 * What was taken back can be brought again, by the button of the message.
 * @param {Session} session
 * @param {() => Promise<Reverted>} ask
 * @param {Pick<Talk, 'tellProblems'>} talk
 * @returns {Promise<boolean>}
 */
export async function takingBack(session, ask, talk) {
  const { toasts } = session;
  try {
    const reverted = await followed(session, await ask());
    libraryChanged(session);
    const n = reverted.reverted ?? 0;
    const skipped = reverted.skipped ?? [];
    const left = reverted.skipped_count ?? skipped.length;
    const text = t(n === 0 ? 'bulk.none_taken_back' : 'bulk.taken_back', { n })
      + (left > 0 ? `. ${t('bulk.left', { n: left })}` : '');
    const action = n > 0 && reverted.set_id ? undoOf(session, reverted.set_id, talk) : null;
    toasts.show(text, { action, about: ABOUT, kind: n === 0 && left > 0 ? 'error' : 'info' });
    if (left > 0) {
      talk.tellProblems(text, skipped.map(asProblem), left);
    }
    return n > 0;
  } catch (error) {
    toasts.show(sentence(error), { kind: 'error', about: ABOUT });
    return false;
  }
}

/** The button of a message. @param {Session} session @param {number} setId @param {Pick<Talk, 'tellProblems'>} talk */
function undoOf(session, setId, talk) {
  return { label: t('toast.undo'), run: () => void takeBack(session, setId, talk) };
}

/** Much is taken back by a job. @param {Session} session @param {Reverted} answer @returns {Promise<Reverted>} */
async function followed(session, answer) {
  if (!answer.job) {
    return answer;
  }
  const job = await finished(session, answer.job);
  if (job.state === 'failed' || !job.result) {
    throw new Error(job.error || t('bulk.failed'));
  }
  return job.result;
}

/** @param {Skipped} skipped @returns {Problem} */
function asProblem({ name, why }) {
  return { name, why };
}

/**
 * The list of what is selected, as a file.
 * @param {Session} session
 * @param {Chosen} selection
 * @param {'csv'|'json'} format
 */
export async function saveList(session, selection, format) {
  try {
    const { blob, name } = await exportList(session.api, selection, format);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name.includes('.') ? name : `loras.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    session.toasts.show(t('bulk.saved', { name: link.download }), { about: ABOUT });
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  }
}
