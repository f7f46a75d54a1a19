/** How the shell looks. */

import { css } from '../vendor/lit.js';

export const appStyles = css`
  .shell { display: flex; flex-direction: column; height: 100%; min-height: 0; }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 44px;
    padding: 0 12px;
    border-bottom: 1px solid var(--lm-line);
  }
  h1 {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 13px;
    font-weight: 600;
    margin-right: 12px;
  }
  h1 svg { color: var(--lm-accent-text); }
  .tabs {
    display: flex;
    align-self: stretch;
    flex: 1 1 auto;
    min-width: 0;
    overflow-x: auto;
    scrollbar-width: none;
  }
  .tabs button {
    position: relative;
    flex: none;
    padding: 0 12px;
    color: var(--lm-dim);
    font-weight: 500;
  }
  .tabs button:hover { color: var(--lm-text); }
  .tabs button:focus-visible { outline-offset: -3px; border-radius: 6px; }
  .tabs button[aria-selected='true'] { color: var(--lm-text); }
  .tabs button[aria-selected='true']::after {
    content: '';
    position: absolute;
    left: 12px;
    right: 12px;
    bottom: 0;
    height: 2px;
    border-radius: 2px 2px 0 0;
    background: var(--lm-accent);
  }
  main { flex: 1 1 0; min-height: 0; position: relative; }
  section { position: absolute; inset: 0; }
  section[hidden] { display: none; }
  ::slotted(*) { position: absolute; inset: 0; }
  /* A part that is still on its way. */
  ::slotted(:not(:defined)) {
    margin: 24px;
    background:
      linear-gradient(var(--lm-raise), var(--lm-raise)) 0 0 / 40% 28px,
      linear-gradient(var(--lm-raise), var(--lm-raise)) 0 52px / 100% 96px,
      linear-gradient(var(--lm-raise), var(--lm-raise)) 0 172px / 100% 96px;
    background-repeat: no-repeat;
    animation: pulse 1.6s ease-in-out infinite;
  }
  .work { max-width: 240px; min-width: 0; flex: 0 1 auto; }
  .pulse {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    flex: none;
    background: var(--lm-accent);
    animation: pulse 1.6s ease-in-out infinite;
  }
  .tabs .pulse { display: none; position: absolute; top: 6px; right: 1px; width: 6px; height: 6px; }
  @keyframes pulse { 50% { opacity: 0.3; } }
  .news {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 36px;
    padding: 4px 12px;
    background: var(--lm-raise);
    border-bottom: 1px solid var(--lm-line);
  }
  @container (max-width: 760px) {
    h1 span { display: none; }
    h1 { margin-right: 0; }
    .work .clip { display: none; }
    header { padding: 0 8px; gap: 4px; }
    .tabs button { padding: 0 8px; }
    .tabs button[aria-selected='true']::after { left: 8px; right: 8px; }
  }
  @container (max-width: 440px) {
    h1, .work { display: none; }
    .tabs .pulse { display: block; }
    .tabs button { padding: 0 5px; font-size: 12px; }
    .tabs button[aria-selected='true']::after { left: 5px; right: 5px; }
  }
`;
