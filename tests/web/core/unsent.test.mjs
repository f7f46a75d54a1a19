import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editAdapter } from '../../../lora_manager/web/core/actions.js';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { Session } from '../../../lora_manager/web/core/session.js';

/** A server that can go away (status 0) or refuse. */
function opened() {
  const api = {
    status: 0,
    saved: [],
    async editAdapter(id, changes) {
      if (api.status !== 200) {
        throw new ApiError('No.', api.status, 'no');
      }
      api.saved.push([id, changes.notes]);
      return { id, ...changes };
    },
  };
  return { api, session: new Session(api) };
}

const back = (session) => {
  session.events.handlers.reachable(true);
  return new Promise((done) => setTimeout(done, 5));
};

test('notes typed while the server is away are sent when it is back, the last ones and once', async () => {
  const { api, session } = opened();
  await editAdapter(session, { id: 7 }, { notes: 'soft' });
  await editAdapter(session, { id: 7 }, { notes: 'softer' });
  await editAdapter(session, { id: 8 }, { notes: '' });
  assert.equal(session.unsent.get(7), 'softer');
  await back(session);
  assert.deepEqual(api.saved, []);
  assert.equal(session.unsent.get(7), 'softer');
  api.status = 200;
  await back(session);
  await back(session);
  assert.deepEqual(api.saved, [[7, 'softer'], [8, '']]);
  assert.equal(session.unsent.get(7), undefined);
});

test('notes that were refused are not sent again, nor those that newer ones replaced', async () => {
  const { api, session } = opened();
  api.status = 409;
  await editAdapter(session, { id: 7 }, { notes: 'no' });
  assert.equal(session.unsent.get(7), undefined);
  api.status = 0;
  await editAdapter(session, { id: 7 }, { notes: 'old' });
  api.status = 200;
  await editAdapter(session, { id: 7 }, { notes: 'new' });
  await back(session);
  assert.deepEqual(api.saved, [[7, 'new']]);
});

test('notes that are refused when they are sent again are given up, and that is known', async () => {
  const { api, session } = opened();
  await editAdapter(session, { id: 7 }, { notes: 'long' });
  api.status = 422;
  await back(session);
  assert.equal(session.unsent.get(7), undefined);
  assert.equal(session.unsent.state.refused, 7);
});
