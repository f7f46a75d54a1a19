/** Where the parts of the Catalogue tab stand, from 260 px to as wide as it gets. */

import { css } from '../vendor/lit.js';

export const catalogueStyles = css`
  .page {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }
  .top {
    position: relative;
    display: flex;
    gap: 8px;
    align-items: flex-start;
    padding: 12px 12px 8px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
    min-height: 32px;
    padding: 0 12px 8px;
  }
  .body {
    position: relative;
    flex: 1 1 0;
    min-height: 0;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    border-top: 1px solid var(--lm-line);
    overflow: hidden;
  }
  .middle { position: relative; min-width: 0; grid-area: 1 / 1; }
  lm-grid { position: absolute; inset: 0; }
  lm-grid { transition: opacity 0.2s; }
  .stale lm-grid { opacity: 0.55; transition-delay: 0.5s; } /* Not while a field is only half typed. */
  lm-grid[hidden] { display: block; visibility: hidden; }
  .nothing { position: absolute; inset: 0; display: flex; }
  .top, .chips, .shelf { flex: none; }
  .why { max-height: 48px; overflow: hidden; }
  .shelf {
    display: flex;
    align-items: center;
    gap: 12px;
    height: 48px;
    padding: 0 12px;
    border-top: 1px solid var(--lm-line);
    background: var(--lm-panel);
  }

  /* Narrow: filters and details lie over the grid. */
  .facets, .detail {
    position: absolute;
    top: 0;
    bottom: 0;
    z-index: 3;
  }
  .facets {
    left: 0;
    width: min(280px, 86%);
    border-right: 1px solid var(--lm-line);
    visibility: hidden;
    transform: translateX(-102%);
    transition: transform 0.16s, visibility 0.16s;
  }
  .drawer-open .chips { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
  .drawer-open .facets { visibility: visible; transform: none; box-shadow: 8px 0 32px rgb(0 0 0 / 0.3); }
  .sheet { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; padding: 8px 8px 0 16px; background: var(--lm-bg); }
  .sheet.foot { top: auto; bottom: 0; padding: 8px; border-top: 1px solid var(--lm-line); }
  .detail { right: 0; left: 0; }
  .veil { position: absolute; inset: 0; z-index: 2; background: rgb(0 0 0 / 0.4); display: none; }
  .drawer-open .veil { display: block; }

  @container (max-width: 420px) {
    .top { padding: 8px 8px 8px; }
    .chips { padding: 0 8px 4px; }
    .shelf { padding: 0 8px; gap: 8px; }
    .shelf .place { max-width: 96px; }
    .shelf .place.relay { max-width: 176px; }
    .to .clip { display: none; }
  }
  @container (max-width: 330px) {
    .top { flex-wrap: wrap; }
    lm-search { order: -1; flex-basis: 100%; }
  }
  @container (min-width: 600px) {
    .detail { left: auto; width: 344px; border-left: 1px solid var(--lm-line); box-shadow: -8px 0 32px rgb(0 0 0 / 0.25); }
  }
  @container (min-width: 760px) {
    .facets { position: static; width: auto; transform: none; transition: none; display: none; box-shadow: none; }
    .facets-open .chips { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; } /* Another line would push the filters. */
    .facets-open .facets { display: block; visibility: visible; grid-area: 1 / 1; }
    .facets-open .body { grid-template-columns: 200px minmax(0, 1fr); }
    .facets-open .middle { grid-area: 1 / 2; }
    .sheet, .veil, .drawer-open .veil { display: none; }
  }
  @container (min-width: 1120px) {
    .detail { position: static; width: auto; box-shadow: none; }
    .detail-open .body { grid-template-columns: minmax(0, 1fr) 344px; }
    .facets-open.detail-open .body { grid-template-columns: 200px minmax(0, 1fr) 344px; }
    .detail-open .detail { grid-area: 1 / 2; }
    .facets-open.detail-open .detail { grid-area: 1 / 3; }
  }
  @container (min-width: 1700px) {
    .facets-open .body { grid-template-columns: 232px minmax(0, 1fr); }
    .detail-open .body { grid-template-columns: minmax(0, 1fr) 400px; }
    .facets-open.detail-open .body { grid-template-columns: 232px minmax(0, 1fr) 400px; }
  }
`;
