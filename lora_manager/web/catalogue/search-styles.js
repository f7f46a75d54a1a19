/** How the search box looks, with what opens below it. */

import { css } from '../vendor/lit.js';

export const searchStyles = css`
  :host { display: block; position: relative; flex: 1 1 auto; min-width: 0; }
  .search {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 32px;
    padding: 0 4px 0 10px;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-panel);
    color: var(--lm-dim);
    cursor: text;
  }
  .search:hover { border-color: var(--lm-line-strong); }
  .search:focus-within { border-color: var(--lm-accent); box-shadow: 0 0 0 1px var(--lm-accent); }
  .search.wrong { border-color: var(--lm-bad); }
  .search.wrong:focus-within { box-shadow: 0 0 0 1px var(--lm-bad); }
  .search:focus-within kbd { display: none; }
  .search .btn { margin-left: -4px; }
  .box { position: relative; flex: 1 1 auto; min-width: 0; height: 100%; overflow: hidden; }
  .box input, .mirror {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    border: 0;
    padding: 0;
    font: inherit;
    line-height: 30px;
  }
  .box input { background: none; color: var(--lm-text); outline: none; }
  .box input::placeholder { color: var(--lm-dim); opacity: 1; }
  .mirror { width: auto; right: auto; color: transparent; white-space: pre; pointer-events: none; }
  .mirror u { text-decoration: underline wavy var(--lm-bad) 1.5px; text-underline-offset: 3px; text-decoration-skip-ink: none; }
  .under { padding: 6px 11px 0; overflow-wrap: anywhere; }
  .behind { position: absolute; left: 0; right: 0; } /* The list says it; here it is only read out. */
  .list, .help {
    position: absolute;
    top: 36px;
    left: 0;
    right: 0;
    z-index: 6;
    max-height: min(344px, 60vh);
    padding: 4px;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.28);
  }
  .list { max-width: 560px; display: flex; flex-direction: column; }
  .list .scroll { min-height: 0; }
  .option {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 28px;
    padding: 0 8px;
    border-radius: 6px;
    cursor: pointer;
  }
  .option:hover, .option[aria-selected='true'] { background: var(--lm-raise); }
  .option[aria-selected='true'] { box-shadow: inset 2px 0 var(--lm-accent); }
  .option .kind { flex: none; width: 84px; color: var(--lm-dim); font-size: 12px; }
  .option .kind::first-letter { text-transform: uppercase; }
  .option .name { flex: 0 1 auto; min-width: 0; }
  .option .more { flex: 1 1 0; min-width: 0; color: var(--lm-dim); font-size: 12px; }
  .option .n { flex: none; color: var(--lm-dim); font-size: 12px; }
  .found {
    display: flex;
    justify-content: space-between;
    margin-top: 4px;
    padding: 6px 8px 2px;
    border-top: 1px solid var(--lm-line);
    color: var(--lm-dim);
    font-size: 12px;
  }
  .found b { color: var(--lm-text); font-weight: 600; }
  .found .stale { opacity: 0.55; }
  .found .enter { flex: none; margin-left: auto; padding-left: 12px; }
  .help {
    max-height: min(560px, 72vh);
    padding: 12px 8px 8px;
    outline: none;
    background:
      linear-gradient(var(--lm-panel), var(--lm-panel)) 0 100% / 100% 24px no-repeat local,
      linear-gradient(to top, color-mix(in srgb, var(--lm-text) 28%, transparent), transparent) 0 100% / 100% 16px no-repeat scroll,
      var(--lm-panel);
  }
  .help .head { display: flex; align-items: center; justify-content: space-between; padding: 0 4px 8px 8px; }
  .help p { padding: 0 8px 8px; color: var(--lm-dim); }
  .help ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 0 8px; }
  .help .second { padding: 16px 8px 8px; }
  .help li button, .help .key {
    display: flex;
    gap: 8px;
    align-items: baseline;
    width: 100%;
    padding: 4px 8px;
    border-radius: 6px;
  }
  .help li button:hover { background: var(--lm-raise); }
  .help code { flex: 0 0 168px; min-width: 0; overflow-wrap: anywhere; font: 12px/16px ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; }
  .help li span { min-width: 0; color: var(--lm-dim); font-size: 12px; line-height: 16px; }
  @container (max-width: 600px) {
    :host { position: static; }
    .list, .help { top: 48px; left: 8px; right: 8px; max-width: none; }
  }
  @media (hover: none) { .search kbd { display: none; } }
  @media (pointer: coarse) {
    .found .enter { display: none; }
    .option, .help li button { min-height: 40px; align-items: center; }
  }
`;
