import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../../../lora_manager/web/core/api.js';
import {
  chooseEncoder, forgetPreference, pinPreference, rateImage, readEvidence, readInsight, readPreferences, readSimilar,
  recommend, resetPreferences, restorePreferences, runVectors,
} from '../../../lora_manager/web/core/api-recommend.js';

/** @returns an Api whose every request is answered so, and what it was asked */
function asked(answer = () => Response.json({})) {
  const calls = [];
  const api = new Api('http://h/', async (url, init) => {
    calls.push([init.method ?? 'GET', url.replace('http://h/api/v1/', ''), init.body && JSON.parse(init.body)]);
    return answer();
  });
  return { api, calls };
}

test('calls say what the server wants to hear', async () => {
  const { api, calls } = asked();
  await recommend(api, { prompt: 'fog', kind: 'prompt', limit: 3 });
  await readSimilar(api, 4, { by: 'look', limit: 12 });
  await readInsight(api, 4);
  await api.feedback({ session: 's', position: 2 }, 4, 'dismissed');
  await api.feedback(null, 4, 'inserted');
  await api.takeFeedbackBack(8);
  await rateImage(api, 9, { rating: 4 });
  await readPreferences(api, { kind: 'tag', limit: 50, offset: 0 });
  await readEvidence(api, 5, 20);
  await pinPreference(api, 5, -1);
  await forgetPreference(api, 5);
  await resetPreferences(api);
  await restorePreferences(api, 'token');
  await chooseEncoder(api, '');
  await runVectors(api, 'stop');
  assert.deepEqual(calls, [
    ['POST', 'recommend', { prompt: 'fog', kind: 'prompt', limit: 3 }],
    ['GET', 'adapters/4/similar?by=look&limit=12', undefined],
    ['GET', 'adapters/4/insight', undefined],
    ['POST', 'feedback', { session: 's', id: 4, kind: 'dismissed', position: 2 }],
    ['POST', 'feedback', { session: null, id: 4, kind: 'inserted', position: null }],
    ['DELETE', 'feedback/8', {}],
    ['PATCH', 'images/9', { rating: 4 }],
    ['GET', 'preferences?kind=tag&limit=50&offset=0', undefined],
    ['GET', 'preferences/5/evidence?limit=20', undefined],
    ['PATCH', 'preferences/5', { pinned: -1 }],
    ['DELETE', 'preferences/5', {}],
    ['POST', 'preferences/reset', {}],
    ['POST', 'preferences/restore', { token: 'token' }],
    ['POST', 'recommender/encoder', { name: '' }],
    ['POST', 'recommender/vectors', { action: 'stop' }],
  ]);
});
