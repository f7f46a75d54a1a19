import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announceJobs, announceUpdates } from '../../../lora_manager/web/core/news.js';
import { Session } from '../../../lora_manager/web/core/session.js';

const job = (fields) => ({ id: 1, kind: 'generate', state: 'running', result: null, error: null, ...fields });

test('a picture that is done is told to those who look elsewhere, with the way to it', () => {
  const session = new Session({});
  let looking = true;
  const stop = announceJobs(session, () => looking);
  const finish = (id, fields) => {
    session.jobs.put(job({ id }));
    session.jobs.put(job({ id, ...fields }));
  };
  finish(1, { state: 'done', result: { images: [{}] } });
  assert.deepEqual(session.toasts.state.items, []);
  looking = false;
  finish(2, { state: 'done', result: { images: [{}, {}] } });
  finish(3, { state: 'failed', error: 'no memory' });
  finish(4, { kind: 'scan', state: 'done' });
  const [done, failed, ...more] = session.toasts.state.items;
  assert.match(done.text, /2 pictures/);
  assert.match(failed.text, /no memory/);
  assert.deepEqual(more, []);
  done.action.run();
  assert.equal(session.nav.state.wish.tab, 'generate');
  stop();
  finish(5, { state: 'failed' });
  assert.equal(session.toasts.state.items.length, 2);
});

test('a page that is not of the version of its server says so once', () => {
  const session = new Session({});
  announceUpdates(session);
  session.server.set({ advice: 'reload' });
  session.server.set({ revision: 4 });
  assert.equal(session.toasts.state.items.length, 1);
  assert.equal(session.toasts.state.items[0].action.label, 'Reload');
  session.server.set({ advice: 'restart' });
  assert.equal(session.toasts.state.items.length, 1);
  assert.match(session.toasts.state.items[0].text, /restart the web UI/);
});
