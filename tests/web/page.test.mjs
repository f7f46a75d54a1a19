import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WEB = join(dirname(fileURLToPath(import.meta.url)), '../../lora_manager/web');
const IMPORT = /^(?:import|export)\b[^;]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm;

/** Modules that a module brings in before it runs, itself among them. */
function graph(module, seen = new Set()) {
  const path = relative(WEB, module).replaceAll('\\', '/');
  if (!seen.has(path)) {
    seen.add(path);
    const text = path.startsWith('vendor/') ? '' : readFileSync(module, 'utf8');
    for (const match of text.matchAll(IMPORT)) {
      graph(join(dirname(module), match[1] ?? match[2]), seen);
    }
  }
  return seen;
}

/** @param {RegExp} pattern */
function filesOf(pattern) {
  return readdirSync(WEB, { recursive: true }).map(String).filter((name) => pattern.test(name));
}

test('index.html preloads exactly what the first screen needs', () => {
  const html = readFileSync(join(WEB, 'index.html'), 'utf8');
  const listed = [...html.matchAll(/rel="modulepreload" href="\{\{WEB_BASE\}\}([^"]+)"/g)].map(([, path]) => path);
  const needed = graph(join(WEB, 'boot.js'));
  graph(join(WEB, 'app/lm-app.js'), needed);
  needed.delete('boot.js');
  assert.deepEqual(listed.toSorted?.() ?? [...listed].sort(), [...needed].sort());
});

/** Bytes of what a page brings before it shows its first card. */
function weightOf(modules, others = []) {
  const loaded = modules.reduce((seen, name) => graph(join(WEB, name), seen), new Set(others));
  return [...loaded].reduce((sum, name) => sum + statSync(join(WEB, name)).size, 0);
}

test('what is loaded at the start weighs less than 400 KB, before it is packed', () => {
  const own = weightOf(['boot.js', 'app/lm-app.js', 'catalogue/later.js'], ['index.html', 'early.js', 'page.css', 'icon.svg']);
  const inHost = weightOf(['host/host.js', 'core/when-shown.js', 'catalogue/lm-catalogue.js', 'catalogue/later.js']);
  assert.ok(own < 400_000, `${own} bytes`);
  assert.ok(inHost < 400_000, `${inHost} bytes in a host`);
});

test('the parts of the other tabs wait until they are opened', () => {
  const roots = ['host/host.js', 'app/lm-app.js', 'catalogue/later.js'];
  const first = roots.reduce((seen, name) => graph(join(WEB, name), seen), new Set());
  const early = [...first].filter((name) => /^(analytics|generate|library|recommend|detail)\/|uplot/.test(name));
  assert.deepEqual(early, ['generate/params.js']);
});

test('nothing is asked from anywhere but our own server', () => {
  for (const name of filesOf(/\.(js|css|html)$/)) {
    const text = readFileSync(join(WEB, name), 'utf8').replaceAll(/http:\/\/www\.w3\.org\/[\w/.]+/g, '');
    if (!name.startsWith('vendor')) {
      assert.doesNotMatch(text, /https?:\/\/[a-z]/i, name);
    }
  }
});
