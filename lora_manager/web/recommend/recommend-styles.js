/** How the Recommend tab looks. */

import { css } from '../vendor/lit.js';

export const recommendStyles = css`
  .page { height: 100%; padding: 16px 16px 32px; }
  .head { display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr); max-width: 1180px; margin: 0 auto; }
  .place { justify-self: start; max-width: 240px; margin-bottom: -4px; }
  .kinds { display: flex; align-items: center; gap: 8px; margin-top: 4px; }
  .tabs { display: flex; flex: 1 1 auto; min-width: 0; gap: 4px; overflow-x: auto; scrollbar-width: none; }
  .tabs button { flex: none; padding: 4px 12px; border-radius: 16px; color: var(--lm-dim); font-weight: 500; }
  .tabs button:hover { color: var(--lm-text); background: var(--lm-raise); }
  .tabs button[aria-selected='true'] { color: var(--lm-text); background: var(--lm-raise); }
  .tabs button:focus-visible { outline-offset: -2px; }
  .asked { position: relative; max-width: 640px; }
  .asked svg { position: absolute; left: 10px; top: 8px; color: var(--lm-dim); pointer-events: none; }
  .asked .field { padding-left: 32px; }
  .results { max-width: 1180px; margin: 0 auto; }
  .over { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; margin: 16px 0 8px; }
  .over h2 { flex: 1 1 auto; }
  .over h2 .dim { font-weight: 400; font-size: 13px; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .any { display: inline-flex; align-items: center; gap: 6px; cursor: pointer; }
  .tell { display: flex; align-items: center; gap: 8px; margin: 0 0 12px; }
  .tell > span { min-width: 0; overflow-wrap: anywhere; }
  .preparing { display: grid; gap: 6px; margin-top: 12px; }
  .concepts { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 12px; }
  .concepts .chip { max-width: 220px; border: 1px solid transparent; }
  .concepts .chip:hover:not(:disabled) { border-color: var(--lm-line-strong); }
  .concepts .chip.on { border-color: var(--lm-accent); }
  .list {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr));
    gap: 12px;
    transition: opacity 0.2s;
  }
  .list.old { opacity: 0.6; }
  @container (min-width: 764px) {
    .list {
      --lm-inside: absolute;
      --lm-inside-margin: 0 -12px 0 -8px;
      --lm-inside-edge: 0;
      --lm-inside-radius: 8px;
      --lm-inside-shadow: 0 0 0 1px var(--lm-line-strong), 0 12px 32px rgb(0 0 0 / 0.25);
    }
  }
  .rest { margin-top: 16px; text-align: center; }
  li { min-width: 0; }
  @container (max-width: 640px) {
    .kinds .tabs { mask-image: linear-gradient(to right, #000 calc(100% - 32px), transparent); padding-right: 24px; }
    .kinds .btn { width: 32px; padding: 0; flex: none; }
    .kinds .btn span { display: none; }
    .concepts { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; margin-right: -8px; }
    .concepts .chip { flex: none; }
  }
  @container (max-width: 420px) {
    .page { padding: 8px 8px 24px; }
    .tabs button { padding: 4px 8px; }
  }
`;
