/** How what was learned looks. */

import { css } from '../vendor/lit.js';

export const learnedStyles = css`
  :host { container-type: inline-size; }
  .switch { display: flex; gap: 8px; align-items: flex-start; margin: 12px 0; cursor: pointer; max-width: 680px; }
  .switch input { margin-top: 3px; flex: none; width: 14px; height: 14px; }
  .switch b { font-weight: 600; display: block; }
  .kinds { display: flex; flex-wrap: wrap; gap: 6px; margin: 16px 0 8px; }
  .kinds .chip { border: 1px solid transparent; }
  .kinds .chip:hover { border-color: var(--lm-line-strong); }
  .kinds .chip.on { border-color: var(--lm-accent); }
  .list > li { display: grid; grid-template-columns: minmax(0, 1fr) 160px auto; gap: 4px 16px; align-items: center; padding: 8px 0; border-top: 1px solid var(--lm-line); }
  .what { display: flex; gap: 8px; align-items: flex-start; min-width: 0; border-radius: 6px; }
  .what svg { margin-top: 2px; color: var(--lm-dim); transition: transform 0.12s; }
  .what[aria-expanded='true'] svg { transform: rotate(90deg); }
  .label { font-weight: 600; overflow-wrap: anywhere; }
  .verdict { display: block; color: var(--lm-dim); }
  li.up .verdict { color: var(--lm-good); }
  li.down .verdict { color: var(--lm-bad); }
  .range { position: relative; height: 16px; background: linear-gradient(var(--lm-raise), var(--lm-raise)) 0 50% / 100% 6px no-repeat; }
  .range::before { content: ''; position: absolute; left: 50%; top: 2px; bottom: 2px; width: 1px; background: var(--lm-line-strong); }
  .range i { position: absolute; top: 5px; height: 6px; border-radius: 3px; background: var(--lm-dim); opacity: 0.55; min-width: 3px; }
  .range b { position: absolute; top: 2px; width: 12px; height: 12px; margin-left: -6px; border-radius: 50%; background: var(--lm-dim); border: 2px solid var(--lm-panel); }
  li.up .range i, li.up .range b { background: var(--lm-good); }
  li.down .range i, li.down .range b { background: var(--lm-bad); }
  .tools { display: flex; gap: 2px; }
  .tools .on { color: var(--lm-accent-text); background: var(--lm-raise); }
  .signs { grid-column: 1 / -1; padding: 4px 0 4px 24px; }
  .signs li { display: flex; gap: 12px; padding: 3px 0; }
  .signs .effect { flex: none; width: 48px; }
  .signs .link { color: var(--lm-accent-text); overflow-wrap: anywhere; }
  .signs .link:hover { text-decoration: underline; text-underline-offset: 2px; }
  @media (pointer: coarse) { .tools .btn.tiny.icon { width: 36px; min-height: 36px; } }
  @container (max-width: 560px) {
    .list > li { grid-template-columns: minmax(0, 1fr) auto; }
    .what { grid-column: 1 / -1; }
    .range { margin-left: 24px; max-width: 200px; }
    .signs { padding-left: 0; }
  }
`;
