/** How a description looks, read and written. */

import { css } from '../vendor/lit.js';

export const descriptionStyles = css`
  :host { display: block; position: relative; }
  .pencil { position: absolute; top: -28px; right: 0; }
  .description {
    max-height: 240px;
    overflow: auto;
    padding: 8px 12px;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-panel);
    contain: content;
    overflow-wrap: anywhere;
    scrollbar-width: thin;
  }
  .description.editing { min-height: 96px; max-height: 420px; border-color: var(--lm-accent); outline: none; }
  .description :is(p, ul, ol, h1, h2, h3, pre, blockquote) { display: block; margin: 0 0 8px; min-height: 0; font-size: 13px; }
  .description ul { list-style: disc; padding-left: 20px; }
  .description ol { list-style: decimal; padding-left: 20px; }
  .description > :last-child { margin-bottom: 0; }
  .foot { display: flex; align-items: center; gap: 8px; margin-top: 8px; }
`;
