import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Toasts } from '../../../lora_manager/web/core/toasts.js';
import { Feedback } from '../../../lora_manager/web/recommend/feedback.js';

const ITEM = { id: 7, name: 'Ink Wash' };
const SHOWN = { session: 'abc', position: 2 };
const settle = () => new Promise((done) => setTimeout(done, 5));

function made({ refusing = false, event = 12 } = {}) {
  const told = [];
  const answer = (what, value) => {
    told.push(what);
    return refusing ? Promise.reject(new Error('No.')) : Promise.resolve(value);
  };
  const api = {
    feedback: (shown, id, kind) => answer([shown, id, kind], { event, undo: event !== null }),
    takeFeedbackBack: (noted) => answer(noted, {}),
  };
  const toasts = new Toasts();
  return { feedback: new Feedback({ api, toasts }), toasts, told };
}

test('what is not for this prompt is hidden for it, and for it alone', async () => {
  const { feedback, told, toasts } = made();
  const saying = feedback.say(ITEM, SHOWN, 'not_here', 'misty mountains');
  assert.ok(feedback.isGone(7, 'misty mountains at dawn'), 'at once');
  await saying;
  assert.ok(!feedback.isGone(7, 'a cat'));
  assert.deepEqual(told, [[SHOWN, 7, 'not_here']]);
  assert.equal(toasts.state.items[0].text, 'Hid Ink Wash for this prompt');
});

test('what is not for the user is hidden everywhere, until it is taken back', async () => {
  const { feedback, told, toasts } = made();
  await feedback.say(ITEM, SHOWN, 'dismissed');
  assert.ok(feedback.isGone(7, 'anything'));
  assert.ok(feedback.isJudged(7));
  toasts.state.items[0].action.run();
  await settle();
  assert.ok(!feedback.isGone(7, 'anything'));
  assert.equal(told.at(-1), 12);
});

test('what is liked stays where it is, and can be unliked', async () => {
  const { feedback, told } = made();
  await feedback.say(ITEM, SHOWN, 'accepted');
  assert.deepEqual([feedback.isLiked(7), feedback.isGone(7, 'fog')], [true, false]);
  await feedback.unlike(ITEM);
  assert.equal(feedback.isLiked(7), false);
  assert.equal(told.at(-1), 12);
});

test('what the server did not take is as it was, and said', async () => {
  const { feedback, toasts } = made({ refusing: true });
  await feedback.say(ITEM, SHOWN, 'dismissed');
  assert.ok(!feedback.isGone(7, 'fog'));
  assert.deepEqual([toasts.state.items[0].text, toasts.state.items[0].kind], ['No.', 'error']);
});

test('those that were passed over are told by their places in the list', () => {
  const { feedback, told, toasts } = made();
  feedback.ignored([{ id: 1, position: 0 }, { id: 2, position: 1 }], 'abc');
  assert.deepEqual(told, [[{ session: 'abc', position: 0 }, 1, 'ignored'], [{ session: 'abc', position: 1 }, 2, 'ignored']]);
  assert.equal(toasts.state.items.length, 0);
});

test('where nothing is learned it is hidden all the same, and comes back', async () => {
  const { feedback, told, toasts } = made({ event: null });
  await feedback.say(ITEM, SHOWN, 'not_here', 'fog');
  assert.ok(feedback.isGone(7, 'fog'));
  toasts.state.items[0].action.run();
  await settle();
  assert.ok(!feedback.isGone(7, 'fog'));
  assert.equal(told.length, 1);
});
