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

test('the page weighs less than 440 KB in all', () => {
  const files = filesOf(/\.(js|css|svg|html)$/);
  const weight = files.reduce((sum, name) => sum + statSync(join(WEB, name)).size, 0);
  assert.ok(weight < 440_000, `${weight} bytes`);
});

test('nothing is asked from anywhere but our own server', () => {
  for (const name of filesOf(/\.(js|css|html)$/)) {
    const text = readFileSync(join(WEB, name), 'utf8').replaceAll(/http:\/\/www\.w3\.org\/[\w/.]+/g, '');
    if (!name.startsWith('vendor')) {
      assert.doesNotMatch(text, /https?:\/\/[a-z]/i, name);
    }
  }
});
