/** How what can be edited looks: quiet to read, plainly a box while one writes. */

import { css } from '../vendor/lit.js';

export const editStyles = css`
  .value {
    display: inline;
    margin: -2px -6px;
    padding: 2px 6px;
    border-radius: 6px;
    overflow-wrap: anywhere;
    white-space: pre-line;
    -webkit-box-decoration-break: clone;
    box-decoration-break: clone;
  }
  .value:hover, .value:focus-visible { background: var(--lm-raise); }
  .value.none { color: var(--lm-dim); }
  .value svg, .pencil svg { width: 13px; height: 13px; }
  .value svg { display: inline-block; margin-left: 6px; vertical-align: -2px; opacity: 0; color: var(--lm-dim); }
  .value:hover svg, .value:focus-visible svg, .value.none svg { opacity: 1; }
  @media (hover: none) { .value svg { opacity: 0.7; } }
  .state { font-weight: 400; }
  .state:not(:empty) { margin-left: 4px; }
  .said { display: block; margin-top: 2px; color: var(--lm-dim); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
  .link { color: var(--lm-accent-text); text-decoration: underline; text-underline-offset: 2px; border-radius: 4px; }
  .yours { border-color: color-mix(in srgb, var(--lm-accent) 60%, transparent); color: var(--lm-accent-text); }
  .tight.field { min-height: 28px; padding: 3px 8px; margin: -4px 0; }
  textarea.field { display: block; resize: vertical; min-height: 52px; max-height: 320px; field-sizing: content; }
  .conflict {
    display: grid;
    gap: 8px;
    margin-top: 6px;
    padding: 8px 10px;
    border: 1px solid var(--lm-warn);
    border-radius: 8px;
    background: color-mix(in srgb, var(--lm-warn) 10%, transparent);
    overflow-wrap: anywhere;
  }
  .conflict dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 8px; }
  .conflict dt { color: var(--lm-dim); }
  .conflict .acts { display: flex; flex-wrap: wrap; gap: 8px; }
`;
