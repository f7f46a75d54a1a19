import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { finished, outcome, runBulk, takeBack } from '../../../lora_manager/web/core/bulk.js';
import { Jobs } from '../../../lora_manager/web/core/jobs.js';
import { Store } from '../../../lora_manager/web/core/store.js';
import { t } from '../../../lora_manager/web/strings.js';

const DEED = { action: 'tags', params: { add: ['ink'] }, said: (n) => t('done.tagged', { n }) };

/** A job as the server tells of it. */
function job(more) {
  const of = { id: 7, kind: 'bulk', state: 'queued', done: 0, total: 0, message: '', eta_seconds: null, created_at: '2026-01-01' };
  return { ...of, started_at: null, finished_at: null, error: null, result: null, ...more };
}

/** A server that answers one after the other. */
function server(...answers) {
  const sent = [];
  const said = [];
  const api = {
    send: async (method, path, body) => {
      sent.push([path, body]);
      const answer = answers.shift();
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  };
  const jobs = new Jobs();
  const toasts = { show: (text, how = {}) => said.push({ text, ...how }) };
  const session = { api, jobs, toasts, events: { live: false, nudge: () => {} }, server: new Store({ revision: 4 }) };
  const told = [];
  const talk = { askAgain: async () => 3_409, tellProblems: (...all) => told.push(all) };
  return { session, sent, said, told, talk };
}

const settled = () => new Promise((done) => setTimeout(done));

test('what was done is told once, with an undo, when its job has ended', async () => {
  const result = { set_id: 12, changed: 3_412, problems: [], problem_count: 0 };
  const { session, sent, said, talk } = server(job(), { job: null, set_id: 13, reverted: 3_412, skipped: [] });
  const running = runBulk(session, { ids: [1] }, 3_412, DEED, talk);
  await settled();
  assert.deepEqual(said, []);
  session.jobs.put(job({ state: 'running', done: 10 }));
  session.jobs.put(job({ state: 'done', result }));
  assert.equal(await running, result);
  assert.deepEqual(sent[0], ['bulk', { selection: { ids: [1] }, action: 'tags', params: { add: ['ink'] }, expect: 3_412 }]);
  assert.equal(said[0].text, 'Tagged 3,412 LoRAs');
  assert.equal(session.server.state.revision, 4.5, 'lists ask again where nobody tells them');
  said[0].action.run();
  await settled();
  assert.deepEqual(sent[1][0], 'history/12/undo');
  assert.equal(said[1].text, 'Took 3,412 changes back');
});

test('a job that ended before its answer came is not waited for', async () => {
  const { session } = server();
  session.jobs.put(job({ state: 'done', result: { changed: 1 } }));
  assert.equal((await finished(session, job())).state, 'done');
});

test('when the selection is another by now, the user is asked with the new number', async () => {
  const changed = new ApiError('3409 LoRAs are selected now, not 3412. Look again.', 409, 'selection_changed');
  const done = job({ state: 'done', result: { set_id: null, changed: 0, problems: [], problem_count: 0 } });
  const again = server(changed, done);
  await runBulk(again.session, { ids: [] }, 3_412, DEED, again.talk);
  assert.deepEqual(again.sent.map(([, { expect }]) => expect), [3_412, 3_409]);
  assert.deepEqual(again.said.map(({ text, action }) => [text, action]), [['Nothing to change: all of them are so already', null]]);
  const refused = server(changed);
  const lets = { ...refused.talk, askAgain: async () => null };
  assert.equal(await runBulk(refused.session, { ids: [] }, 3_412, DEED, lets), null);
  assert.deepEqual([refused.sent.length, refused.said], [1, []]);
});

test('what could not be done is counted in the message and listed', async () => {
  const problems = [{ id: 5, name: 'Ink', why: 'It is gone.' }];
  const result = { set_id: 2, changed: 9, problems, problem_count: 140 };
  const { session, said, told, talk } = server(job({ state: 'done', result }));
  await runBulk(session, { ids: [] }, 10, DEED, talk);
  assert.equal(said[0].text, 'Tagged 9 LoRAs. 140 could not be');
  assert.deepEqual(told, [[said[0].text, problems, 140]]);
});

test('a job that failed or was cancelled says so', async () => {
  const failed = server(job({ state: 'failed', error: 'The disk is full.' }));
  assert.equal(await runBulk(failed.session, { ids: [] }, 1, DEED, failed.talk), null);
  assert.deepEqual([failed.said[0].text, failed.said[0].kind], ['The disk is full.', 'error']);
  const result = { changed: 1_200, problem_count: 0 };
  assert.equal(outcome({ state: 'cancelled' }, result, DEED), 'Cut short. Tagged 1,200 LoRAs');
});

test('what cannot be taken back is told with its reason; much is taken back by a job', async () => {
  const skipped = [{ id: 1, name: 'Ink', field: 'tags', why: 'Changed since.' }];
  const { session, said, told, talk } = server({ job: job({ state: 'done', result: { reverted: 5, skipped } }) });
  assert.equal(await takeBack(session, 12, talk), true);
  assert.equal(said[0].text, 'Took 5 changes back. 1 was changed again since and is left');
  assert.deepEqual(told[0][1], [{ name: 'Ink', why: 'Changed since.' }]);
});
