import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';

const SCRIPT = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../../javascript/lora_manager.js'), 'utf8');

/** Run the script as a host's page does; `answer` is what the server gives for the entry that could not be imported. */
async function load(src, { answer = null } = {}) {
  const asked = [];
  const mount = { textContent: '' };
  const page = createContext({
    URL, asked, console: { error() {} }, setTimeout,
    document: {
      currentScript: src === null ? null : { src },
      baseURI: 'http://host:7860/sub/?__theme=dark',
      querySelectorAll: () => [mount],
    },
    bring: (address) => {
      asked.push(address);
      return answer ? Promise.reject(new TypeError('refused')) : Promise.resolve({});
    },
    fetch: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
  });
  runInContext(SCRIPT.replace('import(', 'bring('), page);
  await new Promise((done) => setTimeout(done, 5));
  return { asked, text: mount.textContent };
}

test("the page is found beside the host's files, whatever gradio calls them", async () => {
  const cases = [
    ['http://host:7860/file=extensions/lora-manager/javascript/lora_manager.js?17', 'http://host:7860/'],
    ['http://host/sub/file=/opt/file=odd/javascript/lora_manager.js', 'http://host/sub/'],
    ['http://host/sub/gradio_api/file=extensions/a/javascript/lora_manager.js', 'http://host/sub/'],
    ['http://host:7860/theme/scripts.js', 'http://host:7860/sub/'],
    ['', 'http://host:7860/sub/'],
    [null, 'http://host:7860/sub/'],
  ];
  for (const [src, base] of cases) {
    assert.deepEqual((await load(src)).asked, [`${base}lora-manager/entry.js`], String(src));
  }
});

const refusal = (status, body) => ({
  ok: status < 400, status, json: () => (body ? Promise.resolve(body) : Promise.reject(new SyntaxError())),
});

test('a page that is kept back says why, in the words of the server', async () => {
  const src = 'http://host/file=x/javascript/lora_manager.js';
  const { text } = await load(src, { answer: refusal(403, { detail: 'Only from this machine.' }) });
  assert.equal(text, 'Only from this machine.');
  for (const answer of [refusal(404, { detail: 'Not Found' }), refusal(502, null), refusal(200, {}), new TypeError('away')]) {
    assert.match((await load(src, { answer })).text, /could not be loaded: load this page again\..*restart/);
  }
  assert.match((await load(src, { answer: refusal(429, { detail: 'rate' }) })).text, /in a minute/);
  assert.equal((await load(src)).text, '');
});
