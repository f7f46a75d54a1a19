/** How the table looks: the same parts as on a card, in a line. */

import { css } from '../vendor/lit.js';

export const tableStyles = css`
  /* A shade where more columns stand to the right. */
  :host([more])::after {
    content: '';
    position: absolute;
    inset: 0 0 0 auto;
    width: 24px;
    background: linear-gradient(to left, color-mix(in srgb, var(--lm-text) 22%, transparent), transparent);
    pointer-events: none;
  }
  .box.table { overflow-x: auto; }
  .table .space { min-width: var(--least); }
  .head, .tr {
    display: grid;
    grid-template-columns: var(--tracks);
    align-items: center;
    min-width: var(--least);
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 2;
    height: 32px;
    border-bottom: 1px solid var(--lm-line);
    background: var(--lm-bg);
    color: var(--lm-dim);
    font-size: 12px;
  }
  .th { min-width: 0; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .th button { max-width: 100%; padding: 4px 0; overflow: hidden; text-overflow: ellipsis; font-weight: 500; }
  .th button:hover, .th.on { color: var(--lm-text); }
  .th.right, .td.right { text-align: right; }
  .tr {
    position: absolute;
    top: 0;
    left: 0;
    right: 0;
    height: 40px;
    border-bottom: 1px solid var(--lm-line);
    --ground: var(--lm-bg);
    background: var(--ground);
    cursor: pointer;
    contain: layout style;
  }
  /* Above the cells that stay in sight. */
  .tr:is(.open, .active)::after { content: ''; position: absolute; inset: 0; z-index: 2; pointer-events: none; }
  .tr.open::after { box-shadow: inset 3px 0 0 var(--lm-text); }
  .tr .mark { top: 3px; left: 3px; }
  :host(:focus-within) .tr.active::after { box-shadow: inset 0 0 0 2px var(--lm-accent); }
  .td {
    min-width: 0;
    padding: 0 8px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--lm-dim);
    font-size: 12px;
  }
  .td.rating { color: var(--lm-warn); letter-spacing: -1px; }
  .tr .td.name, .tr .td.first {
    position: sticky;
    left: 0;
    align-self: stretch;
    display: flex;
    align-items: center;
    gap: 8px;
    background: var(--ground);
  }
  .tr:hover { --ground: var(--lm-raise); }
  .tr.chosen { --ground: color-mix(in srgb, var(--lm-accent) 16%, var(--lm-bg)); }
  .tr.chosen:hover { --ground: color-mix(in srgb, var(--lm-accent) 24%, var(--lm-bg)); }
  .tr .td.name { left: 44px; padding: 0 8px; color: var(--lm-text); font-size: 13px; font-weight: 500; }
  /* As high as the heading, also where it is empty: what is scrolled below it is covered. */
  .head .first + .th, .head .first {
    position: sticky;
    left: 0;
    z-index: 1;
    align-self: stretch;
    display: flex;
    align-items: center;
    background: var(--lm-bg);
  }
  .head .first + .th { left: 44px; }
  .td.last { position: sticky; right: 0; overflow: visible; align-self: stretch; display: flex; align-items: center; justify-content: flex-end; }
  .tr:hover .last, .tr.active .last { background: var(--ground); }
  @media (hover: none) { .td.last { background: var(--ground); } }
  .tr .name .clip { min-width: 0; }
  .tr .pic { width: 28px; height: 32px; flex: none; border-radius: 4px; }
  .tr .pic::before { font-size: 11px; }
  .tr .state { position: static; flex: none; max-width: 96px; }
  .tr .star, .tr .insert { position: static; display: block; }
  .tr .star { position: relative; flex: none; width: 32px; height: 32px; filter: none; }
  .tr .star::before { background: var(--lm-dim); }
  .tr .star.on::before { background: #e2556c; }
  .tr .insert, .tr .insert.used { left: auto; right: auto; width: 68px; min-width: 0; height: 26px; padding: 0; font-size: 12px; }
  .tr .insert::before { content: attr(data-act); }
  .tr .tools {
    position: absolute;
    right: 100%;
    padding: 2px;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line), -12px 0 12px var(--ground);
    color: var(--lm-text);
  }
  .tr .tool { width: 24px; height: 24px; }
  .tr .tool:hover { background: var(--lm-raise); }
  @media (hover: hover) {
    .tr:hover .star, .tr:hover .insert, :host(:focus-within) .tr.active .star, :host(:focus-within) .tr.active .insert { opacity: 1; }
  }
  .tr.skeleton { cursor: default; }
  .tr.skeleton::before { width: 28px; height: 28px; left: 8px; top: 6px; bottom: auto; }
  .tr.skeleton::after { width: 180px; left: 52px; top: 16px; bottom: auto; }
`;
