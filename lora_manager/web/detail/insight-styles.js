/** How what the texts tell looks. */

import { css } from '../vendor/lit.js';

export const insightStyles = css`
  :host { display: block; border-bottom: 1px solid var(--lm-line); }
  summary { padding: 8px 0; cursor: pointer; border-radius: 6px; }
  .inside { display: grid; gap: 12px; padding-bottom: 12px; grid-template-columns: minmax(0, 1fr); }
  .words { display: flex; flex-wrap: wrap; gap: 4px; }
  .words .chip { overflow-wrap: anywhere; }
  .words .chip:hover { background: color-mix(in srgb, var(--lm-accent) 22%, var(--lm-raise)); }
  .facts { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 4px 12px; }
  .facts dt { color: var(--lm-dim); overflow-wrap: anywhere; }
  .facts dd { overflow-wrap: anywhere; }
  .facts .btn { margin: -2px 0; vertical-align: baseline; }
  .said { display: block; }
  .bar { height: 6px; border-radius: 3px; }
  .bar > i { border-radius: 3px; }
  .quality summary { display: flex; align-items: center; gap: 12px; padding: 4px 0; list-style-position: inside; }
  .quality summary .bar { flex: 0 1 96px; }
  .quality summary::before { content: '▸'; color: var(--lm-dim); margin-right: -8px; }
  .quality[open] summary::before { content: '▾'; }
  .quality summary .grow { color: var(--lm-dim); flex: 0 0 84px; }
  .parts { display: grid; gap: 8px; padding: 4px 0 4px 12px; border-left: 2px solid var(--lm-line); }
  .parts li { display: grid; gap: 2px; }
  .examples { display: grid; gap: 8px; margin: 4px 0; }
  .examples li { padding: 6px 8px 2px; border-radius: 8px; background: var(--lm-panel); box-shadow: 0 0 0 1px var(--lm-line); }
  .prompt { overflow-wrap: anywhere; max-height: 96px; overflow-y: auto; scrollbar-width: thin; }
  .row { gap: 2px; min-height: 28px; }
  .waiting { height: 160px; }
`;
