/** How the Analytics tab looks. */

import { css } from '../vendor/lit.js';

export const analyticsStyles = css`
  .page { height: 100%; padding: 16px 16px 32px; }
  .column { max-width: 1180px; margin: 0 auto; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
  .spans { display: flex; flex-wrap: wrap; gap: 4px; }
  .tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 12px; }
  .tile, section { background: var(--lm-panel); box-shadow: 0 0 0 1px var(--lm-line); border-radius: 8px; }
  .tile { padding: 8px 12px 10px; }
  .tile dt { color: var(--lm-dim); font-size: 12px; }
  .tile dd { font-size: 20px; line-height: 28px; font-weight: 600; }
  .tile dd { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .tile small { font-size: 12px; font-weight: 400; color: var(--lm-dim); }
  section { padding: 12px 16px 16px; min-width: 0; }
  h3 { margin-bottom: 8px; }
  .pair { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); align-items: start; }
  .item {
    display: flex;
    align-items: center;
    gap: 12px;
    width: 100%;
    min-height: 48px;
    padding: 4px 8px;
    margin: 0 -8px;
    width: calc(100% + 16px);
    border-radius: 8px;
  }
  button.item:hover { background: var(--lm-raise); }
  .item .thumb { --thumb-width: 32px; --thumb-height: 40px; }
  .name { display: block; }
  .meter { display: block; height: 4px; margin-top: 4px; border-radius: 2px; background: var(--lm-raise); overflow: hidden; }
  button.item:hover .meter { background: var(--lm-line); }
  .meter i { display: block; height: 100%; border-radius: 2px; background: var(--lm-accent); }
  .n { flex: none; min-width: 72px; text-align: right; font-size: 12px; line-height: 16px; }
  @container (max-width: 960px) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
  @container (max-width: 420px) {
    .page { padding: 8px 8px 24px; }
    .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
    section { padding: 12px; }
  }
`;
