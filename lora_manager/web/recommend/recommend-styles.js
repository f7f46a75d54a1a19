/** How the Recommend tab looks. */

import { css } from '../vendor/lit.js';

export const recommendStyles = css`
  .page { height: 100%; padding: 16px 16px 32px; }
  .head { display: grid; gap: 8px; max-width: 1180px; margin: 0 auto; }
  .place { justify-self: start; max-width: 240px; margin-bottom: -4px; }
  .title { max-width: 1180px; margin: 24px auto 8px; }
  .list {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr));
    gap: 12px;
    max-width: 1180px;
    margin: 0 auto;
  }
  li {
    display: grid;
    grid-template-columns: 64px minmax(0, 1fr) auto;
    gap: 12px;
    padding: 8px 12px 8px 8px;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line);
  }
  li.used { box-shadow: 0 0 0 1px var(--lm-accent); }
  .look { border-radius: 6px; align-self: start; }
  .look .thumb { --thumb-width: 64px; --thumb-height: 80px; --thumb-radius: 6px; }
  .about { display: grid; gap: 4px; align-content: start; min-width: 0; padding-top: 2px; }
  .name { font-weight: 600; }
  .name, .why {
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  /* A badge without room on the line is left out whole. */
  .marks { display: flex; flex-wrap: wrap; gap: 6px; height: 18px; overflow: hidden; }
  .marks:not(:has(.chip)) { display: none; }
  .marks .chip { flex: none; white-space: nowrap; min-height: 18px; padding: 0 6px; font-size: 11px; }
  .why { color: var(--lm-dim); font-size: 12px; line-height: 18px; }
  .why em {
    font-style: normal;
    color: var(--lm-text);
    background: color-mix(in srgb, var(--lm-accent) 22%, transparent);
    border-radius: 3px;
    padding: 0 3px;
  }
  .act { display: grid; gap: 4px; align-content: center; justify-items: stretch; min-width: 104px; }
  .act .btn:not(.quiet):hover { background: var(--lm-accent); border-color: transparent; color: var(--lm-accent-ink); }
  .act .btn:not(.quiet):hover .dim { color: inherit; }
  .in { display: flex; align-items: center; justify-content: center; gap: 4px; color: var(--lm-accent-text); font-weight: 600; }
  @container (max-width: 420px) {
    .page { padding: 8px 8px 24px; }
    li { grid-template-columns: 48px minmax(0, 1fr); }
    .look .thumb { --thumb-width: 48px; --thumb-height: 60px; }
    .act { grid-column: 2; grid-auto-flow: column; justify-content: start; }
  }
`;
