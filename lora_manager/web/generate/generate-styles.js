/** How the Generate tab looks: fields beside the picture where there is room, above it where there is not. */

import { css } from '../vendor/lit.js';

export const generateStyles = css`
  .page { display: flex; flex-direction: column; height: 100%; overflow-y: auto; --tallest: 70vh; }
  .form { display: grid; gap: 12px; padding: 12px; align-content: start; grid-template-columns: minmax(0, 1fr); flex: none; }
  .form .place { justify-self: start; max-width: 240px; margin-bottom: -8px; }
  .go {
    position: sticky;
    bottom: 0;
    z-index: 2;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 8px 12px;
    background: var(--lm-bg);
    border-top: 1px solid var(--lm-line);
    flex: none;
  }
  .go .btn { min-height: 36px; padding: 0 20px; }
  .result { padding: 12px; flex: none; overflow: visible; }
  .history {
    display: flex;
    gap: 4px;
    flex: none;
    padding: 8px 12px;
    overflow-x: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--lm-line-strong) transparent;
    border-top: 1px solid var(--lm-line);
    background: var(--lm-panel);
  }
  .history button {
    position: relative;
    flex: none;
    width: 64px;
    height: 64px;
    border-radius: 6px;
    overflow: hidden;
    background: var(--lm-raise);
    display: grid;
    place-items: center;
    color: var(--lm-dim);
  }
  .history img { position: absolute; width: 100%; height: 100%; object-fit: cover; }
  .history img[hidden] { display: none; }
  .history button[aria-pressed='true']::after {
    content: '';
    position: absolute;
    inset: 0;
    border: 3px solid var(--lm-accent);
    border-radius: 6px;
    box-shadow: inset 0 0 0 1px var(--lm-bg);
  }
  .history button:hover img { filter: brightness(1.12); }
  .history .n {
    position: absolute;
    right: 4px;
    bottom: 4px;
    padding: 0 4px;
    border-radius: 4px;
    background: rgb(0 0 0 / 0.66);
    color: #fff;
    font-size: 11px;
    line-height: 16px;
  }
  .tell {
    display: flex;
    gap: 8px;
    padding: 8px 12px;
    border-radius: 8px;
    background: var(--lm-raise);
    overflow-wrap: anywhere;
  }
  .tell svg { margin-top: 2px; }
  .result > .tell { margin-bottom: 12px; }
  .tell.bad { background: color-mix(in srgb, var(--lm-bad) 14%, var(--lm-panel)); color: var(--lm-text); }
  .tell.bad svg { color: var(--lm-bad); }
  .labelled { display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); min-width: 0; }
  .label { color: var(--lm-dim); font-size: 12px; line-height: 16px; }
  .negative { resize: vertical; display: block; min-height: 52px; max-height: 200px; field-sizing: content; }
  .presets { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 4px; margin-bottom: 4px; }
  .presets i { border: 1px solid currentColor; border-radius: 1px; opacity: 0.7; }
  .presets .btn[aria-pressed='true'] { border-color: var(--lm-accent); }
  .size, .seed { display: flex; gap: 8px; align-items: center; }
  .size .btn { flex: none; }
  .slider { display: flex; align-items: center; gap: 12px; }
  .slider .field { width: 72px; flex: none; text-align: center; }
  .pair { display: grid; grid-template-columns: minmax(0, 1fr) 96px; gap: 12px; }
  .outcome { display: grid; gap: 12px; justify-items: center; grid-template-columns: minmax(0, 1fr); }
  .outcome.older .large { opacity: 0.35; }
  .large {
    position: relative;
    display: grid;
    place-items: center;
    color: var(--lm-dim);
    width: 100%;
    border-radius: 8px;
    overflow: hidden;
    background: var(--lm-raise);
    cursor: zoom-in;
    transition: opacity 0.2s;
  }
  .frame { border: 1px dashed var(--lm-line-strong); background: none; cursor: default; opacity: 0.5; }
  .large img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
  .large img[hidden] { display: none; }
  .thumbs { display: flex; flex-wrap: wrap; gap: 4px; justify-content: center; }
  .thumbs button { width: 64px; height: 64px; border-radius: 6px; overflow: hidden; background: var(--lm-raise); }
  .thumbs button[aria-pressed='true'] { outline: 2px solid var(--lm-accent); outline-offset: -2px; }
  .thumbs img { display: block; width: 100%; height: 100%; object-fit: cover; }
  .account { display: grid; gap: 8px; width: 100%; max-width: 760px; grid-template-columns: minmax(0, 1fr); }
  .line { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
  .judged { display: inline-flex; align-items: center; gap: 2px; }
  .judged .btn.on, .judged .btn.on:hover { color: var(--lm-bad); }
  .account .chip:hover:not(:disabled) { background: color-mix(in srgb, var(--lm-accent) 22%, var(--lm-raise)); }
  .account summary { cursor: pointer; border-radius: 4px; }
  .account pre {
    margin: 8px 0 0;
    padding: 8px 12px;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line);
    font: 12px/18px ui-monospace, 'SF Mono', Consolas, monospace;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .progress { display: grid; gap: 8px; margin-bottom: 12px; grid-template-columns: minmax(0, 1fr); }

  @container (max-width: 340px) {
    .form, .result { padding: 8px; }
    .presets { grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .presets i { display: none; }
    .go { padding: 8px; }
    .go kbd { display: none; }
    .progress .row { flex-wrap: wrap; }
    .progress .grow { flex-basis: 100%; }
  }
  @container (min-width: 760px) {
    .page {
      display: grid;
      grid-template-columns: minmax(320px, 400px) minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
      overflow: hidden;
    }
    .form { grid-area: 1 / 1; padding: 16px; overflow-y: auto; border-right: 1px solid var(--lm-line); }
    .go { grid-area: 2 / 1; position: static; padding: 8px 16px; border-right: 1px solid var(--lm-line); min-height: 80px; }
    .result {
      grid-area: 1 / 2;
      padding: 16px;
      overflow-y: auto;
      display: flex;
      flex-direction: column;
      container-type: size;
      --tallest: max(240px, 100cqh - 152px);
    }
    .outcome.many { --tallest: max(240px, 100cqh - 228px); }
    .history { grid-area: 2 / 2; }
    .outcome { margin: 0; }
  }
`;
