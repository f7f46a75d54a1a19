/** How a card looks. Icons are masks, so that they cost no nodes. */

import { css } from '../vendor/lit.js';

const heart = css`url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='%23000' stroke-width='1.5' stroke-linejoin='round'%3E%3Cpath d='M8 13.2L2.9 8.1a3.1 3.1 0 014.4-4.4L8 4.4l.7-.7a3.1 3.1 0 014.4 4.4z'/%3E%3C/svg%3E")`;
const heartFull = css`url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' stroke='%23000' stroke-width='1.5' stroke-linejoin='round'%3E%3Cpath d='M8 13.2L2.9 8.1a3.1 3.1 0 014.4-4.4L8 4.4l.7-.7a3.1 3.1 0 014.4 4.4z'/%3E%3C/svg%3E")`;

export const cardStyles = css`
  .card {
    position: relative;
    min-width: 0;
    height: 100%;
    border-radius: 8px;
    background: var(--lm-panel);
    box-shadow: 0 0 0 1px var(--lm-line);
    overflow: hidden;
    cursor: pointer;
    contain: strict;
  }
  .card:hover { background: var(--lm-raise); }
  .card.chosen { background: color-mix(in srgb, var(--lm-accent) 20%, var(--lm-panel)); box-shadow: 0 0 0 2px var(--lm-accent); }
  .mark {
    position: absolute;
    top: 32px;
    left: 8px;
    width: 22px;
    height: 22px;
    padding: 0;
    border-radius: 50%;
    background: rgb(0 0 0 / 0.45);
    color: var(--lm-accent-ink);
    box-shadow: 0 0 0 2px rgb(255 255 255 / 0.7);
    font-weight: 700;
    line-height: 22px;
    text-align: center;
  }
  .mark::before { content: ''; position: absolute; inset: -8px; }
  .mark[aria-checked='true'] { background: var(--lm-accent); box-shadow: 0 0 0 2px var(--lm-panel); }
  .mark[aria-checked='true']::after { content: '✓'; }
  .mark ~ .state, .card.chosen .state { left: 36px; }
  .card.open { box-shadow: 0 0 0 2px var(--lm-text); }
  .card.open.chosen { box-shadow: 0 0 0 2px var(--lm-accent), inset 0 0 0 2px var(--lm-text); }
  :host(:focus-within) .card.active { box-shadow: 0 0 0 2px var(--lm-bg), 0 0 0 4px var(--lm-accent); }
  .pic {
    position: relative;
    height: var(--picture);
    overflow: hidden;
    background: linear-gradient(150deg, hsl(var(--hue, 210) 26% 40%), hsl(calc(var(--hue, 210) + 36) 30% 20%));
  }
  .pic::before {
    content: attr(data-initials);
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: rgb(255 255 255 / 0.5);
    font-size: 28px;
    font-weight: 600;
    letter-spacing: 1px;
  }
  .pic img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
    object-position: 50% 20%;
    opacity: 0;
    transition: opacity 0.16s;
  }
  .pic img.on { opacity: 1; }
  .missing .pic { filter: grayscale(1) brightness(0.75); }
  .badge, .state {
    position: absolute;
    top: 6px;
    left: 6px;
    max-width: calc(100% - 44px);
    padding: 0 6px;
    border-radius: 5px;
    background: rgb(0 0 0 / 0.66);
    color: #fff;
    font-size: 11px;
    line-height: 18px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .badge + .state { top: 28px; }
  .state { background: rgb(120 30 25 / 0.9); }
  .incomplete .state, .state.clash { background: rgb(112 72 0 / 0.9); }
  .star {
    position: absolute;
    top: 0;
    right: 0;
    width: 32px;
    height: 32px;
    opacity: 0;
    filter: drop-shadow(0 0 2px rgb(0 0 0 / 0.8));
  }
  .star::before {
    content: '';
    position: absolute;
    inset: 8px;
    background: #fff;
    -webkit-mask: ${heart} center / contain no-repeat;
    mask: ${heart} center / contain no-repeat;
  }
  .star.on { opacity: 1; }
  .star.on::before { background: #ff7d92; -webkit-mask-image: ${heartFull}; mask-image: ${heartFull}; }
  .insert {
    position: absolute;
    left: 8px;
    right: 8px;
    bottom: 8px;
    height: 28px;
    border-radius: 6px;
    background: var(--lm-accent);
    color: var(--lm-accent-ink);
    font-weight: 600;
    text-align: center;
    opacity: 0;
    transition: opacity 0.12s;
  }
  .insert::before { content: attr(data-act) ' ↵'; }
  .insert.used { right: auto; min-width: 56px; padding: 0 8px; opacity: 1; }
  .insert.used::before { content: attr(data-used); }
  .card .tools {
    position: absolute;
    bottom: 42px;
    left: 50%;
    padding: 2px;
    border-radius: 8px;
    background: rgb(20 22 25 / 0.82);
    color: #fff;
    transform: translateX(-50%);
  }
  .tools { opacity: 0; }
  .card .tool:hover { background: rgb(255 255 255 / 0.2); }
  @media (hover: none) { .tools { display: none; } }
  @media (hover: hover) {
    :is(.card, .tr):hover .tools, :host(:focus-within) .active .tools { opacity: 1; }
    .card:hover .star, :host(:focus-within) .active .star { opacity: 1; }
    .card:hover .insert, :host(:focus-within) .active .insert { opacity: 1; right: 8px; }
    .card:hover .insert.used, :host(:focus-within) .active .insert.used {
      background: rgb(20 22 25 / 0.88);
      color: #fff;
    }
    .card:hover .insert.used::before, :host(:focus-within) .active .insert.used::before {
      content: attr(data-used) '  ' attr(data-act);
      white-space: pre;
    }
  }
  /* No pointer that could hover: what can be tapped is seen, and small, for the picture's sake. */
  @media (hover: none) {
    .star { opacity: 1; width: 40px; height: 40px; }
    .star::before { inset: 12px; }
    .insert, .insert.used { left: auto; right: 8px; min-width: 64px; height: 36px; padding: 0 12px; opacity: 1; }
    .insert:not(.used) { background: rgb(20 22 25 / 0.72); color: #fff; }
    .insert:not(.used)::before { content: attr(data-act); }
  }
  /* A long name takes the line of the trigger words, which then lie unseen below the foot. */
  .card .name {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    margin: 6px 8px 0;
    font-weight: 600;
    line-height: 18px;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  .small .name { font-size: 12px; }
  .triggers {
    padding: 0 8px;
    color: var(--lm-dim);
    font-size: 12px;
    line-height: 18px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .foot {
    position: absolute;
    inset: auto 0 0;
    display: flex;
    justify-content: space-between;
    gap: 8px;
    padding: 4px 8px 6px;
    background: inherit;
    color: var(--lm-dim);
    font-size: 11px;
    line-height: 16px;
    white-space: nowrap;
  }
  .rating { color: var(--lm-warn); letter-spacing: -1px; }
  .skeleton { cursor: default; }
  .skeleton .pic { background: var(--lm-raise); }
  .skeleton::before, .skeleton::after {
    content: '';
    position: absolute;
    left: 8px;
    height: 8px;
    border-radius: 4px;
    background: var(--lm-raise);
  }
  .skeleton::before { width: 70%; bottom: 44px; }
  .skeleton::after { width: 45%; bottom: 26px; }
`;
