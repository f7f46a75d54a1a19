import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Results } from '../../../lora_manager/web/catalogue/results.js';
import { ApiError } from '../../../lora_manager/web/core/api.js';
import { Store } from '../../../lora_manager/web/core/store.js';

const settled = () => new Promise((done) => {
  setTimeout(done, 5);
});

/** What a page shares, with a server that finds what `found` says of a question, or throws it. */
function session(found, filters = '') {
  const asked = [];
  const answer = (kind) => async (params) => {
    asked.push({ kind, ...params });
    const total = found(params);
    if (total instanceof Error) {
      throw total;
    }
    return { total, library_total: 9, revision: 1, items: [], hints: [], suggestion: null, fit: null };
  };
  return {
    asked,
    api: { adapters: answer('cards'), facets: answer('counts') },
    cards: Object.assign(new Store({}), { remember: () => {}, get: () => undefined }),
    server: new Store({ revision: 0 }),
    host: new Store({ info: null }),
    nav: new Store({ wish: null, open: null, filters }),
  };
}

const meaningless = (params) => (params.q?.includes('rank:') ? new ApiError('No number.', 400, 'query', 5) : 3);

test('the cards of the last text that meant something stay, and the mistake is told at its place', async () => {
  const shared = session(meaningless);
  const results = new Results(shared);
  results.start();
  results.ask({ q: 'ink' });
  await settled();
  results.ask({ q: '  ink rank:' });
  await settled();
  assert.deepEqual(results.state.problem, { message: 'No number.', at: 7 });
  assert.equal(results.cards.current, true);
  assert.equal(results.cards.total, 3);
  results.ask({ include: ['tag:a'] });
  await settled();
  const { q, include } = shared.asked.at(-1);
  assert.deepEqual({ q, include }, { q: 'ink', include: ['tag:a'] }, 'another filter holds at once');
  assert.equal(results.state.problem?.at, 7);
  results.ask({ q: 'ink' });
  await settled();
  assert.equal(results.state.problem, null);
});

test('a mistake that came with the address shows everything beside it', async () => {
  const shared = session(meaningless, 'q=rank:x&include=tag:a');
  const results = new Results(shared);
  results.start();
  await settled();
  assert.equal(results.state.problem?.message, 'No number.');
  assert.equal(results.cards.total, 3);
  assert.deepEqual(shared.asked.filter(({ q }) => q === null).map(({ kind, include }) => [kind, include]),
    [['cards', ['tag:a']], ['counts', ['tag:a']]]);
});

test('where the filters leave nothing, what there is without them is counted', async () => {
  const results = new Results(session(({ include }) => (include.length > 0 ? 0 : 5)));
  results.start();
  results.ask({ q: 'ink', include: ['tag:a'] });
  await settled();
  assert.equal(results.cards.total, 0);
  assert.equal(results.state.unfiltered, 5);
});

test('the address follows the question, and the question the address', async () => {
  const shared = session(() => 3, 'q=ink');
  const results = new Results(shared);
  results.start();
  assert.equal(results.state.query.q, 'ink');
  results.ask({ exclude: ['tag:a'] });
  assert.equal(shared.nav.state.filters, 'q=ink&exclude=tag:a');
  shared.nav.set({ filters: 'q=ink' });
  await settled();
  assert.deepEqual(results.state.query.exclude, []);
  assert.deepEqual(shared.asked.at(-1).exclude, []);
});

test('another model is another question to the same filters', async () => {
  const shared = session(() => 3);
  const results = new Results(shared);
  results.start();
  await settled();
  shared.host.set({ info: { model: { family: 'SDXL' } } });
  const before = shared.asked.length;
  shared.host.set({ info: { model: { family: 'SDXL' }, state: 'busy' } });
  assert.equal(shared.asked.length, before);
  shared.host.set({ info: { model: { family: 'Flux.1' } } });
  assert.equal(shared.asked.length, before + 2);
});
