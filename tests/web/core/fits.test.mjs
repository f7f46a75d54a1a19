import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownOf, whyUnfit } from '../../../lora_manager/web/core/fits.js';
import { Session } from '../../../lora_manager/web/core/session.js';

/** @param {string|null} family of the loaded model */
function session(family) {
  const made = new Session({});
  made.host.set({ info: { model: family === null ? null : { name: 'x', family } } });
  return made;
}

test('a LoRA of another architecture than the loaded model is told, with both', () => {
  const text = 'Made for SDXL, the loaded model is SD 1.5: it will probably not work';
  assert.equal(whyUnfit(session('SD 1.5'), { family: 'SDXL' }), text);
  assert.match(whyUnfit(session('Illustrious'), { family: 'Flux.1' }), /^Made for Flux\.1/);
});

test('families of one architecture fit, and so does whatever is not known', () => {
  const fitting = [['Pony', 'SDXL'], ['NoobAI', 'Illustrious'], ['SD 1.5', 'SD 1.5'], ['', 'SDXL'], ['SDXL', ''],
    ['Pony', null], ['Flux.2 Dev', 'Flux.2']];
  for (const [made, loaded] of fitting) {
    assert.equal(whyUnfit(session(loaded), { family: made }), '', `${made} on ${loaded}`);
  }
  assert.equal(whyUnfit(new Session({}), undefined), '');
});

test('what is missing is not said to be unfit as well', () => {
  const at = session('SD 1.5');
  at.cards.remember([{ id: 1, name: 'Ink', family: 'SDXL', state: 'missing' }, { id: 2, name: 'Fog', family: 'SDXL', state: 'present' }]);
  assert.deepEqual([shownOf(at, { id: 1, known: true }).label, shownOf(at, { id: 1, known: true }).unfit], ['Ink is not installed', '']);
  assert.match(shownOf(at, { id: 2, known: true }).title, /^Fog\nMade for SDXL/);
});
