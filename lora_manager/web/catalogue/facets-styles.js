/** How the filters beside the grid look. */

import { css } from '../vendor/lit.js';

export const facetsStyles = css`
  section { padding: 4px 0 8px; }
  .title { display: flex; align-items: center; gap: 2px; min-height: 28px; }
  .head {
    display: flex;
    align-items: center;
    gap: 4px;
    flex: 1 1 auto;
    min-width: 0;
    min-height: 28px;
    padding: 0 8px;
    border-radius: 6px;
    font-weight: 600;
  }
  .head svg { width: 12px; color: var(--lm-dim); transition: transform 0.12s; }
  .head[aria-expanded='true'] svg { transform: rotate(90deg); }
  .head:hover { background: var(--lm-raise); }
  .line {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-width: 0;
    min-height: 26px;
    padding: 0 8px;
    border-radius: 6px;
    -webkit-touch-callout: none;
    user-select: none;
  }
  .line + .line, .folder + .folder { margin-top: 1px; }
  .line:hover { background: var(--lm-raise); }
  .n { color: var(--lm-dim); font-size: 12px; }
  .line.include { background: color-mix(in srgb, var(--lm-accent) 20%, var(--lm-bg)); }
  .line.include .n { color: var(--lm-text); }
  .line.exclude { color: var(--lm-dim); background: var(--lm-raise); }
  .line.exclude .clip { text-decoration: line-through; }
  .line svg { width: 12px; }
  .line.none { color: var(--lm-dim); }
  .folder { display: flex; align-items: center; padding-left: calc(var(--depth) * 12px); border-radius: 6px; }
  .twist { width: 20px; height: 26px; flex: none; display: grid; place-items: center; color: var(--lm-dim); }
  .twist svg { width: 12px; transition: transform 0.12s; }
  .twist.open svg { transform: rotate(90deg); }
  .twist + .line { padding-left: 4px; }
  .pair { display: flex; flex: none; padding: 1px; border: 1px solid var(--lm-line-strong); border-radius: 6px; }
  .pair button { min-height: 20px; padding: 0 6px; border-radius: 4px; color: var(--lm-dim); font-size: 12px; line-height: 16px; }
  .pair button:hover { color: var(--lm-text); }
  .pair button[aria-pressed='true'] { background: var(--lm-accent); color: var(--lm-accent-ink); font-weight: 600; }
  .find { margin: 0 0 4px; min-height: 28px; font-size: 12px; }
  .note { padding: 4px 8px; font-size: 12px; color: var(--lm-dim); }
  .more { padding: 4px 8px; color: var(--lm-accent-text); font-size: 12px; border-radius: 6px; }
  .more:hover { text-decoration: underline; text-underline-offset: 2px; }
  .fits { padding: 0 8px 4px; }
  .switch { width: 26px; height: 14px; flex: none; border-radius: 7px; background: var(--lm-line-strong); padding: 2px; transition: background-color 0.12s; }
  .switch i { display: block; width: 10px; height: 10px; border-radius: 50%; background: var(--lm-panel); transition: transform 0.12s; }
  [aria-checked='true'] .switch { background: var(--lm-accent); }
  [aria-checked='true'] .switch i { transform: translateX(12px); }
  @media (pointer: coarse) { .line, .head, .twist { min-height: 36px; } }
`;
