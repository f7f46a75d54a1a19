import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS, fit, ParamsStore, paramsOf, requestOf } from '../../../lora_manager/web/generate/params.js';

test('numbers are brought to the nearest that may be asked for', () => {
  assert.equal(fit('width', 515), 512);
  assert.equal(fit('width', 9999), 2048);
  assert.equal(fit('steps', 0), 1);
  assert.equal(fit('cfg', 6.449), 6.4);
  assert.equal(fit('seed', -7), -1);
  assert.equal(fit('batch', Number.NaN), DEFAULTS.batch);
});

test("the host's defaults hold until the user chooses, and its samplers always", () => {
  const host = {
    samplers: ['Euler a', 'DDIM'], defaults: { width: 1024, height: 1024, size_step: 8, steps: 28, cfg_scale: 5, sampler: 'DDIM' },
  };
  const store = new ParamsStore();
  store.adopt(host);
  assert.deepEqual([store.state.width, store.state.steps, store.state.sampler], [1024, 28, 'DDIM']);
  store.set({ steps: 12, sampler: 'gone' });
  store.adopt(host);
  assert.deepEqual([store.state.steps, store.state.sampler], [12, 'DDIM']);
});

test('a past generation can be asked for again', () => {
  const generation = {
    id: 1, prompt: 'fog', negative_prompt: 'rain', width: 768, height: 512, steps: 9, cfg_scale: 4.5, sampler: 'DDIM',
    seed: 77, images: [{}, {}],
  };
  assert.deepEqual(requestOf('fog', paramsOf(generation)), {
    prompt: 'fog', negative_prompt: 'rain', width: 768, height: 512, steps: 9, cfg_scale: 4.5, seed: 77, sampler: 'DDIM',
    batch_size: 2,
  });
});
