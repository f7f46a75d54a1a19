/** How duplicates stand side by side. */

import { css } from '../vendor/lit.js';

export const duplicatesStyles = css`
  .tabs { display: flex; flex-wrap: wrap; gap: 4px; margin: 8px 0 12px; }
  .tabs .chip { min-height: 28px; border-radius: 14px; padding: 0 12px; }
  .summary { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding-top: 12px; min-height: 44px; }
  .job { display: grid; gap: 4px; padding: 8px 0; }
  .group { border-top: 1px solid var(--lm-line); padding: 12px 0; margin-top: 8px; }
  .line { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-bottom: 8px; }
  .line .grow { flex: 1 1 240px; }
  .side { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); gap: 8px; }
  .item { display: flex; gap: 12px; padding: 8px; border-radius: 8px; box-shadow: inset 0 0 0 1px var(--lm-line); min-width: 0; }
  .item.kept { box-shadow: inset 0 0 0 2px var(--lm-accent); }
  .item .grow { display: grid; gap: 2px; grid-template-columns: minmax(0, 1fr); justify-items: start; align-content: start; }
  .item .fact { white-space: nowrap; }
  .item .name { font-weight: 600; text-align: left; overflow-wrap: anywhere; }
  .item .name:hover { text-decoration: underline; text-underline-offset: 2px; }
  .item .thumb { width: 56px; height: 70px; }
  .keep { margin-top: 4px; max-width: 100%; white-space: normal; overflow-wrap: anywhere; }
  .keep svg { width: 12px; height: 12px; }
  .keep[aria-checked='true'] { color: var(--lm-accent-text); border-color: transparent; background: none; padding-left: 0; }
`;
