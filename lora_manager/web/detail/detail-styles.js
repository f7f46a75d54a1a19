/** How the detail panel looks. */

import { css } from '../vendor/lit.js';

export const detailStyles = css`
  :host { display: block; min-width: 0; background: var(--lm-bg); }
  .panel { height: 100%; }
  .waiting { height: 280px; background: var(--lm-raise); }
  .picture {
    position: relative;
    display: flex;
    justify-content: flex-end;
    gap: 4px;
    padding: 8px;
    /* Where a host leaves little height, what can be done matters more. */
    height: clamp(160px, calc(var(--lm-height, 100vh) * 0.28), 280px);
  }
  .picture.none { height: 120px; }
  .picture .thumb {
    --thumb-width: 100%;
    --thumb-height: 100%;
    --thumb-radius: 0;
    position: absolute;
    inset: 0;
  }
  .picture .thumb::before { font-size: 36px; }
  .round {
    position: relative;
    width: 32px;
    height: 32px;
    display: grid;
    place-items: center;
    border-radius: 50%;
    background: rgb(0 0 0 / 0.55);
    color: #fff;
  }
  .round:hover { background: rgb(0 0 0 / 0.8); }
  .round.on { color: #ff7d92; }
  .content { display: grid; gap: 16px; padding: 12px 16px 24px; grid-template-columns: minmax(0, 1fr); }
  header { overflow-wrap: anywhere; }
  header h2 { font-size: 16px; }
  .rating { margin-top: 4px; min-height: 24px; }
  .more { margin: 4px 0 0 -6px; color: var(--lm-dim); }
  .more .tool { width: 32px; height: 32px; }
  .more .tool:hover { background: var(--lm-raise); color: var(--lm-text); }
  h3 { display: flex; align-items: center; gap: 4px; min-height: 24px; margin-bottom: 4px; }
  h3.spaced { margin-top: 12px; }
  h3 .btn { margin-left: auto; font-weight: 400; }
  /* In sight even where the words are many and the window is low. */
  .buttons {
    position: sticky;
    bottom: 0;
    display: flex;
    gap: 8px;
    margin-top: 4px;
    padding: 8px 0;
    background: var(--lm-bg);
  }
  .text { overflow-wrap: anywhere; white-space: pre-line; }
  .notes { resize: vertical; min-height: 52px; display: block; max-height: 240px; field-sizing: content; }
  .recent { display: grid; grid-template-columns: repeat(auto-fill, minmax(64px, 1fr)); gap: 4px; }
  .recent button { border-radius: 6px; overflow: hidden; aspect-ratio: 1; background: var(--lm-raise); cursor: zoom-in; }
  .recent img { display: block; width: 100%; height: 100%; object-fit: cover; }
  .folds { border-top: 1px solid var(--lm-line); }
  .fold { border-bottom: 1px solid var(--lm-line); }
  .fold summary { padding: 8px 0; cursor: pointer; border-radius: 6px; }
  .fold .inside { padding: 0 0 12px; }
`;
