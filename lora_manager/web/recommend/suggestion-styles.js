/** How one suggestion looks. */

import { css } from '../vendor/lit.js';

export const reasonStyles = css`
  .why em, .said em {
    font-style: normal;
    color: var(--lm-text);
    background: color-mix(in srgb, var(--lm-accent) 22%, transparent);
    border-radius: 3px;
    padding: 0 3px;
  }
`;

export const suggestionStyles = css`
  :host { display: grid; container-type: inline-size; min-width: 0; height: 100%; }
  :host([open]) { position: relative; z-index: 3; }
  .card {
    display: grid;
    grid-template-columns: 72px minmax(0, 1fr);
    gap: 8px 12px;
    grid-template-rows: 1fr auto;
    min-width: 0;
    position: relative;
    padding: 8px 12px 8px 8px;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line);
  }
  .card.used { box-shadow: 0 0 0 1px var(--lm-accent); }
  .look { border-radius: 6px; align-self: start; }
  .look .thumb { --thumb-width: 72px; --thumb-height: 92px; --thumb-radius: 6px; }
  .about { display: grid; gap: 2px; align-content: start; min-width: 0; }
  .name { font-weight: 600; }
  .name, .why {
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .name { -webkit-line-clamp: 1; }
  /* A mark without room on the line is left out whole. */
  .marks { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; height: 20px; margin: 1px 0; overflow: hidden; }
  .mark.in { display: inline-flex; align-items: center; gap: 2px; background: var(--lm-accent); color: var(--lm-accent-ink); font-weight: 600; }
  .mark.in svg { width: 12px; height: 12px; }
  .mark { min-height: 18px; padding: 0 6px; font-size: 11px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; display: inline-block; line-height: 18px; border-radius: 9px; background: var(--lm-raise); max-width: 100%; }
  .mark.covers { background: color-mix(in srgb, var(--lm-accent) 16%, transparent); max-width: 132px; }
  .mark.usable, .mark.not { background: none; box-shadow: inset 0 0 0 1px currentColor; color: var(--lm-warn); }
  .mark.not { color: var(--lm-bad); }
  .why { color: var(--lm-dim); font-size: 12px; line-height: 18px; min-height: 18px; }
  .link { color: var(--lm-accent-text); font-size: 11px; line-height: 18px; border-radius: 4px; padding: 0 2px; }
  .link:hover { text-decoration: underline; text-underline-offset: 2px; }
  .foot { grid-column: 1 / -1; display: flex; align-items: center; gap: 4px; min-height: 28px; }
  .foot .number {
    width: 52px;
    flex: none;
    min-height: 28px;
    padding: 0 4px;
    text-align: center;
    border-radius: 8px 0 0 8px;
    position: relative;
  }
  .foot .number:focus, .foot .number:hover { z-index: 1; }
  .pair { display: inline-flex; }
  .foot .insert { min-height: 28px; padding: 0 12px; }
  .foot .number + .insert { border-radius: 0 8px 8px 0; margin-left: -1px; }
  .foot .insert:not(.quiet):hover { background: var(--lm-accent); border-color: transparent; color: var(--lm-accent-ink); }
  .foot .icon { width: 28px; min-height: 28px; border-radius: 6px; }
  .foot .icon.on { color: var(--lm-accent-text); }
  .more { min-height: 28px; padding: 0 8px; color: var(--lm-dim); }
  .more svg { transition: transform 0.12s; }
  .more[aria-expanded='true'] svg { transform: rotate(90deg); }
  /* Beside others it lies over those below: they stay where they are. */
  .inside {
    grid-column: 1 / -1;
    position: var(--lm-inside, static);
    inset: calc(100% + 4px) 0 auto;
    display: grid;
    gap: 8px;
    min-width: 0;
    padding: 10px 12px 12px;
    margin: var(--lm-inside-margin, 0 -12px -8px -8px);
    border-top: var(--lm-inside-edge, 1px) solid var(--lm-line);
    border-radius: var(--lm-inside-radius, 0 0 8px 8px);
    background: var(--lm-panel);
    box-shadow: var(--lm-inside-shadow, none);
    scroll-margin: 24px;
  }
  .shares { display: grid; gap: 8px; }
  .share { display: grid; grid-template-columns: minmax(0, 1fr) 96px 40px; align-items: center; gap: 0 8px; font-size: 12px; line-height: 16px; }
  .share .percent { text-align: right; white-space: nowrap; color: var(--lm-dim); }
  .share .said { grid-column: 1 / -1; color: var(--lm-dim); overflow-wrap: anywhere; }
  .share .bar { height: 6px; border-radius: 3px; }
  .share .bar > i { border-radius: 3px; }
  .example { display: grid; gap: 2px; }
  .example blockquote { margin: 0; padding-left: 8px; border-left: 2px solid var(--lm-line-strong); overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; }
  .example .row { justify-content: space-between; min-height: 24px; }
  .folded { display: grid; gap: 2px; }
  .folded button { border-radius: 4px; overflow-wrap: anywhere; }
  .folded button:hover .what { text-decoration: underline; text-underline-offset: 2px; }
  @media (pointer: coarse) {
    .foot .icon, .foot .insert, .foot .number, .more { min-height: 36px; }
    .foot .icon { width: 36px; }
  }
  @container (max-width: 340px) {
    .card { grid-template-columns: 48px minmax(0, 1fr); }
    .look .thumb { --thumb-width: 48px; --thumb-height: 62px; }
  }
`;
