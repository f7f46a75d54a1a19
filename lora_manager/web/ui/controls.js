/** Buttons, fields, chips and the like: one look for the whole page. */

import { css } from '../vendor/lit.js';

const chevron = css`url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23000' stroke-width='1.5' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='M4.5 6.500l3.500 3.500 3.500-3.500'/%3E%3C/svg%3E")`;

export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1, h2, h3, p, ul, ol, dl, dd, figure {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: 15px;
    line-height: 24px;
    font-weight: 600;
  }
  h3 {
    font-size: 13px;
    line-height: 20px;
    font-weight: 600;
  }
  ul, ol {
    list-style: none;
  }
  a {
    color: var(--lm-accent-text);
    text-underline-offset: 2px;
  }
  :focus-visible {
    outline: 2px solid var(--lm-accent);
    outline-offset: 1px;
  }
  .dim { color: var(--lm-dim); }
  .bad { color: var(--lm-bad); }
  .warn { color: var(--lm-warn); }
  .good { color: var(--lm-good); }
  .small { font-size: 12px; line-height: 16px; }
  .clip {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .grow { flex: 1 1 auto; min-width: 0; }
  .row { display: flex; align-items: center; gap: 8px; }
  .flag { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }

  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    margin: 0;
    text-align: inherit;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
    opacity: 0.5;
  }
  .btn {
    display: inline-flex;
    text-decoration: none;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-panel);
    color: var(--lm-text);
    white-space: nowrap;
    transition: background-color 0.12s, border-color 0.12s;
  }
  .btn:hover:not(:disabled) {
    background: var(--lm-raise);
  }
  .btn.primary {
    background: var(--lm-accent);
    color: var(--lm-accent-ink);
    border-color: transparent;
    font-weight: 600;
  }
  .btn.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--lm-accent) 88%, var(--lm-text));
  }
  .btn.quiet {
    background: none;
    border-color: transparent;
    color: var(--lm-dim);
  }
  .btn.quiet:hover:not(:disabled) {
    background: var(--lm-raise);
    color: var(--lm-text);
  }
  .btn.icon {
    width: 32px;
    padding: 0;
    flex: none;
  }
  .btn.tiny {
    min-height: 24px;
    padding: 0 8px;
    border-radius: 6px;
    font-size: 12px;
  }
  .btn.tiny.icon {
    width: 24px;
    padding: 0;
  }
  .btn[aria-pressed='true'],
  .btn[aria-expanded='true'] {
    background: var(--lm-raise);
    color: var(--lm-text);
  }
  kbd {
    font: inherit;
    font-size: 11px;
    line-height: 16px;
    padding: 0 5px;
    border: 1px solid color-mix(in srgb, currentColor 45%, transparent);
    border-radius: 4px;
  }
  input, select, textarea {
    font: inherit;
    color: inherit;
    margin: 0;
  }
  .field {
    width: 100%;
    min-width: 0;
    min-height: 32px;
    padding: 5px 10px;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-panel);
    color: var(--lm-text);
  }
  .field:hover { border-color: var(--lm-line-strong); }
  .field:focus {
    outline: none;
    border-color: var(--lm-accent);
    box-shadow: 0 0 0 1px var(--lm-accent);
  }
  .field::placeholder { color: var(--lm-dim); opacity: 1; }
  .select { position: relative; display: block; min-width: 0; }
  .select::after {
    content: '';
    position: absolute;
    right: 8px;
    top: calc(50% - 8px);
    width: 16px;
    height: 16px;
    background: var(--lm-dim);
    -webkit-mask: ${chevron} center / contain no-repeat;
    mask: ${chevron} center / contain no-repeat;
    pointer-events: none;
  }
  .select .field {
    appearance: none;
    padding-right: 28px;
    text-overflow: ellipsis;
    cursor: pointer;
  }
  .number { font-variant-numeric: tabular-nums; }
  input[type='checkbox'] { accent-color: var(--lm-accent); margin: 0; }
  input[type='range'] {
    appearance: none;
    width: 100%;
    height: 20px;
    background: none;
    cursor: pointer;
  }
  input[type='range']::-webkit-slider-runnable-track {
    height: 4px;
    border-radius: 2px;
    background: linear-gradient(var(--lm-accent), var(--lm-accent)) 0 0 / var(--fill, 0%) 100% no-repeat var(--lm-raise);
  }
  input[type='range']::-webkit-slider-thumb {
    appearance: none;
    width: 14px;
    height: 14px;
    margin-top: -5px;
    border-radius: 50%;
    background: var(--lm-accent);
    border: 2px solid var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-accent);
  }
  input[type='range']::-moz-range-track { height: 4px; border-radius: 2px; background: var(--lm-raise); }
  input[type='range']::-moz-range-progress { height: 4px; border-radius: 2px; background: var(--lm-accent); }
  input[type='range']::-moz-range-thumb {
    width: 12px;
    height: 12px;
    border-radius: 50%;
    background: var(--lm-accent);
    border: 2px solid var(--lm-panel);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-height: 24px;
    padding: 0 8px;
    border-radius: 12px;
    background: var(--lm-raise);
    font-size: 12px;
    line-height: 16px;
    max-width: 100%;
  }
  .chip.on { background: color-mix(in srgb, var(--lm-accent) 22%, var(--lm-raise)); }
  .scroll {
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--lm-line-strong) transparent;
  }
  /* A shade where a list goes on below; the list's own ground covers it at the end. */
  .shade {
    background:
      linear-gradient(var(--lm-bg), var(--lm-bg)) 0 100% / 100% 16px no-repeat local,
      linear-gradient(to top, color-mix(in srgb, var(--lm-text) 22%, transparent), transparent) 0 100% / 100% 10px no-repeat scroll,
      var(--lm-bg);
  }
  .bar {
    height: 4px;
    border-radius: 2px;
    background: var(--lm-raise);
    overflow: hidden;
  }
  .bar > i {
    display: block;
    height: 100%;
    border-radius: 2px;
    background: var(--lm-accent);
    transition: width 0.2s linear;
  }
  svg {
    display: block;
    flex: none;
  }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after {
      transition: none !important;
      animation: none !important;
      scroll-behavior: auto !important;
    }
  }
`;
