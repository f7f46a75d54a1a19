/** How the Library tab looks. */

import { css } from '../vendor/lit.js';

export const libraryStyles = css`
  .page { height: 100%; padding: 0 16px 32px; }
  .parts {
    position: sticky;
    top: 0;
    z-index: 4;
    display: flex;
    gap: 4px;
    max-width: 1000px;
    margin: 0 auto;
    padding: 12px 0;
    overflow-x: auto;
    scrollbar-width: none;
    background: var(--lm-bg);
  }
  .parts button { flex: none; padding: 4px 12px; border-radius: 16px; color: var(--lm-dim); font-weight: 500; }
  .parts button:hover { color: var(--lm-text); background: var(--lm-raise); }
  .parts button[aria-selected='true'] { color: var(--lm-text); background: var(--lm-raise); }
  .parts button:focus-visible { outline-offset: -2px; }
  .column { max-width: 1000px; margin: 0 auto; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
  section {
    padding: 16px;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line);
    min-width: 0;
  }
  .packages:has([hidden]) { display: none; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; min-height: 32px; }
  .count { font-weight: 400; font-size: 13px; margin-left: 4px; }
  .scan { display: grid; gap: 8px; margin: 12px 0 4px; }
  .last { margin-top: 4px; }
  .roots { margin-top: 8px; }
  .roots li { display: flex; gap: 12px; align-items: baseline; padding: 8px 0; border-top: 1px solid var(--lm-line); }
  .roots li > .grow > span { display: block; }
  .path { overflow-wrap: anywhere; }
  .dot { flex: none; width: 8px; height: 8px; border-radius: 50%; background: currentColor; }
  .demo { display: flex; gap: 8px; padding-top: 12px; color: var(--lm-dim); border-top: 1px solid var(--lm-line); }
  .demo svg { margin-top: 2px; }
  .places { display: grid; grid-template-columns: minmax(96px, auto) minmax(0, 1fr); gap: 4px 16px; margin-top: 8px; }
  .places dt { color: var(--lm-dim); padding: 2px 0; }
  .places dd { padding: 2px 0; gap: 4px; }
  @container (max-width: 480px) {
    .page { padding: 0 8px 24px; }
    .parts { padding: 8px 0; }
    section { padding: 12px; }
    .head h2 { flex-basis: 100%; }
    .places { grid-template-columns: minmax(0, 1fr); gap: 0; }
    .places dt { padding-top: 8px; }
  }
`;
