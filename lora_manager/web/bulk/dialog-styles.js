/** How our dialogs look: a sheet in the middle of the window, as wide as it needs; on a telephone nearly all of it. */

import { css } from '../vendor/lit.js';

export const dialogStyles = css`
  :host {
    display: contents;
    color: var(--lm-text);
    font: 400 13px/20px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    font-variant-numeric: tabular-nums;
    text-align: left;
    letter-spacing: normal;
  }
  dialog {
    width: min(var(--width, 460px), calc(100vw - 24px));
    max-width: none;
    max-height: min(760px, calc(100dvh - 24px));
    padding: 0;
    border: 1px solid var(--lm-line);
    border-radius: 12px;
    background: var(--lm-panel);
    color: var(--lm-text);
    box-shadow: 0 24px 80px rgb(0 0 0 / 0.45);
    overflow: hidden;
  }
  dialog[open] { display: flex; }
  dialog.wide { --width: 860px; }
  dialog::backdrop { background: rgb(0 0 0 / 0.5); }
  form { container-type: inline-size; display: flex; flex-direction: column; flex: 1 1 auto; min-width: 0; min-height: 0; margin: 0; }
  header { display: flex; align-items: center; gap: 8px; padding: 12px 12px 8px 20px; flex: none; }
  header h2 { flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; }
  .content { display: grid; gap: 12px; align-content: start; grid-template-columns: minmax(0, 1fr); padding: 0 20px 16px; flex: 0 1 auto; min-height: 0; }
  .content p { overflow-wrap: anywhere; }
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
    padding: 12px 20px;
    border-top: 1px solid var(--lm-line);
    flex: none;
  }
  footer .said { flex: 1 1 200px; min-width: 0; color: var(--lm-dim); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
  .btn.danger { background: var(--lm-bad); color: var(--lm-panel); border-color: transparent; font-weight: 600; }
  .btn.danger:hover:not(:disabled) { background: color-mix(in srgb, var(--lm-bad) 88%, var(--lm-text)); }
  label.line { display: grid; gap: 4px; }
  label.line > span, .caption { color: var(--lm-dim); font-size: 12px; line-height: 16px; }
  .choice { display: flex; flex-wrap: wrap; gap: 4px; }
  .choice .btn[aria-checked='true'], .choice .btn[aria-pressed='true'] { border-color: var(--lm-accent); box-shadow: inset 0 0 0 1px var(--lm-accent); background: var(--lm-raise); }
  label.check { display: flex; gap: 8px; align-items: baseline; cursor: pointer; }
  .wrong { color: var(--lm-bad); }
  @container (max-width: 480px) {
    header { padding: 8px 8px 8px 16px; }
    .content { padding: 0 16px 12px; }
    footer { padding: 12px 16px; }
    footer .said { flex-basis: 100%; }
    footer .btn { flex: 1 1 auto; }
  }
  @media (pointer: coarse) { .btn:not(.tiny) { min-height: 40px; } .btn.icon:not(.tiny) { width: 40px; } }
`;
