/** How what suggestions are made with looks. */

import { css } from '../vendor/lit.js';

export const recommenderStyles = css`
  .part { display: grid; gap: 6px; justify-items: start; padding: 12px 0; border-top: 1px solid var(--lm-line); grid-template-columns: minmax(0, 1fr); }
  .part:first-of-type { margin-top: 12px; }
  .part:last-child { padding-bottom: 0; }
  .part > * { justify-self: stretch; }
  .part > .btn { justify-self: start; }
  p { overflow-wrap: anywhere; max-width: 680px; }
  .choices li { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: 4px 12px; align-items: center; padding: 6px 0; min-height: 36px; }
  .choices li + li { border-top: 1px solid var(--lm-line); }
  .label { display: block; overflow-wrap: anywhere; }
  .in { color: var(--lm-good); font-size: 12px; }
  .ask { display: grid; gap: 8px; grid-column: 1 / -1; margin: 4px 0; overflow-wrap: anywhere; padding: 10px 12px; border: 1px solid var(--lm-line-strong); border-radius: 8px; }
  .other summary { cursor: pointer; border-radius: 6px; padding: 2px 0; }
  .other form { margin: 6px 0; max-width: 480px; }
  .vectors { display: grid; gap: 6px; margin-top: 4px; }
  .vectors li { display: grid; grid-template-columns: 120px minmax(0, 1fr) auto; gap: 12px; align-items: center; max-width: 640px; }
  .vectors .bar { background: var(--lm-raise); }
  @container (max-width: 480px) { .vectors li { grid-template-columns: 96px minmax(0, 1fr) auto; gap: 8px; } }
`;
