/** What the Library's tools have in common: their heading, their lists. */

import { css } from '../vendor/lit.js';

export const toolStyles = css`
  :host { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
  :host([hidden]) { display: none; }
  .panel { padding: 16px; border-radius: 8px; background: var(--lm-panel); box-shadow: 0 0 0 1px var(--lm-line); min-width: 0; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; min-height: 32px; }
  .count { font-weight: 400; font-size: 13px; margin-left: 4px; }
  .head + .text { margin-top: 4px; }
  .text { max-width: 680px; }
  .why { padding-top: 8px; }
  .thumb { width: 40px; height: 48px; border-radius: 6px; }
  .path { overflow-wrap: anywhere; }
  .more { margin: 12px auto 0; display: flex; }
  .btn.bad { color: var(--lm-bad); }
  @container (max-width: 480px) { .panel { padding: 12px; } }
`;
