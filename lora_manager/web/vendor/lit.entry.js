export { css, html, LitElement, nothing, svg } from 'lit';
export { guard } from 'lit/directives/guard.js';
export { keyed } from 'lit/directives/keyed.js';
export { live } from 'lit/directives/live.js';
export { repeat } from 'lit/directives/repeat.js';
