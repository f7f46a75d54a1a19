/** How the bar of the selection looks, from a telephone to a wide screen. */

import { css } from '../vendor/lit.js';

export const selectionStyles = css`
  :host { display: flex; align-items: center; gap: 8px; min-width: 0; }
  .chosen { font-weight: 600; white-space: nowrap; }
  .outside { color: var(--lm-warn); font-weight: 400; }
  .of { flex: 0 1 auto; min-width: 40px; }
  .all { flex: none; color: var(--lm-accent-text); padding: 0 4px; }
  .some { display: flex; min-width: 0; overflow: hidden; }
  .some .thumb + .thumb { margin-left: -6px; }
  .some .thumb { box-shadow: 0 0 0 2px var(--lm-panel); }
  .grow { min-width: 0; }
  .actions { display: flex; gap: 4px; flex: none; }
  .narrow { display: none; }
  .holder { position: relative; display: inline-flex; }
  .opener svg { width: 12px; height: 12px; rotate: -90deg; opacity: 0.7; margin-right: -4px; }
  .opener[aria-expanded='true'] svg { rotate: 90deg; }
  .del:not(:disabled) { color: var(--lm-bad); }
  .menu {
    position: absolute;
    bottom: calc(100% + 8px);
    right: 0;
    z-index: 8;
    display: grid;
    min-width: 252px;
    max-width: min(320px, calc(100cqw - 16px));
    max-height: min(680px, calc(var(--lm-height, 100vh) - 120px));
    padding: 4px;
    border: 1px solid var(--lm-line);
    border-radius: 10px;
    /* A shade where it goes on below. */
    background:
      linear-gradient(var(--lm-panel), var(--lm-panel)) 0 100% / 100% 24px no-repeat local,
      linear-gradient(to top, color-mix(in srgb, var(--lm-text) 28%, transparent), transparent) 0 100% / 100% 16px no-repeat scroll,
      var(--lm-panel);
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.35);
  }
  .menu > button { min-height: 32px; padding: 4px 12px; border-radius: 6px; white-space: nowrap; }
  .menu > button:hover:not(:disabled), .menu > button:focus-visible { background: var(--lm-raise); outline-offset: -2px; }
  .menu h3 { padding: 12px 12px 4px; font-size: 12px; line-height: 16px; color: var(--lm-dim); }
  .menu .why { padding: 8px 12px; font-size: 12px; line-height: 16px; color: var(--lm-warn); width: 280px; max-width: 100%; overflow-wrap: anywhere; }
  .menu hr { width: 100%; margin: 4px 0; border: 0; border-top: 1px solid var(--lm-line); }
  .rating { display: flex; align-items: center; gap: 8px; min-height: 32px; padding: 0 4px 0 12px; }
  .rating > span:first-child { flex: 1; }
  .work { display: grid; gap: 4px; flex: 1 1 220px; min-width: 0; max-width: 420px; }
  @container (max-width: 1000px) { .some { display: none; } }
  @container (max-width: 760px) {
    .actions { display: none; }
    .narrow { display: block; }
  }
  @container (max-width: 480px) {
    .hint, .of { font-size: 12px; line-height: 16px; }
    .menu { right: auto; left: 50%; translate: -50% 0; }
    .all { white-space: normal; line-height: 14px; }
  }
  @media (pointer: coarse) { .menu > button { min-height: 42px; } }
`;
