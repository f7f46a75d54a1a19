/** The scroll box in which cards and rows stand. */

import { css } from '../vendor/lit.js';

export const gridStyles = css`
  :host { display: block; min-width: 0; min-height: 0; position: relative; }
  .box {
    position: absolute;
    inset: 0;
    overflow-y: scroll;
    overflow-x: hidden;
    overflow-anchor: none;
    contain: strict;
    outline: none;
  }
  /* Else the card that the keyboard is at shows it. */
  .box[aria-activedescendant='']:focus-visible { box-shadow: inset 0 0 0 1px var(--lm-line-strong); }
  .space { position: relative; overflow: hidden; }
  .table .space { overflow: visible; }
  .gridrow {
    position: absolute;
    top: 0;
    display: grid;
    contain: layout style;
  }
  .stale { opacity: 0.55; transition: opacity 0.1s 0.25s; }
  /* Where one scrolls faster than cards are drawn, their places are seen. It lies within the cards, out of sight. */
  .ghost {
    position: absolute;
    top: var(--pad);
    left: var(--pad);
    right: 0;
    background:
      linear-gradient(to bottom, transparent 4px, transparent calc(var(--row) - var(--gap) - 4px), var(--lm-bg) 0) 0 0 / 100% var(--row),
      linear-gradient(to right, transparent 4px, var(--lm-panel) 0, var(--lm-panel) calc(var(--cell) - 4px), transparent 0) 0 0 / calc(var(--cell) + var(--gap)) 100%;
  }
  .table .ghost {
    background: linear-gradient(to bottom, transparent calc(50% - 4px), var(--lm-raise) 0, var(--lm-raise) calc(50% + 4px), transparent 0) 52px 0 / 100% var(--row);
  }
`;
