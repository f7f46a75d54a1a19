/** The parts of the Library tab, each of which comes when it is first opened. The first stands in the tab itself. */

import { html } from '../vendor/lit.js';

/** @import {Access} from '../core/types.js' */
/** @import {StringName} from '../strings.js' */

/**
 * @typedef {object} Section
 * @property {string} id as in the address; "" for the first
 * @property {StringName} title
 * @property {() => Promise<unknown>} load
 * @property {(access: Access|null) => unknown} view
 */

/** @type {Section[]} */
export const SECTIONS = [
  { id: '', title: 'part.overview', load: () => Promise.resolve(), view: () => '' },
  {
    id: 'duplicates',
    title: 'part.duplicates',
    load: () => import('./lm-duplicates.js'),
    view: (access) => html`<lm-duplicates .access=${access}></lm-duplicates>`,
  },
  {
    id: 'history',
    title: 'part.history',
    load: () => import('./lm-history.js'),
    view: (access) => html`<lm-history .access=${access}></lm-history>`,
  },
  {
    id: 'trash',
    title: 'part.trash',
    load: () => import('./lm-trash.js'),
    view: (access) => html`<lm-trash .access=${access}></lm-trash>`,
  },
  {
    id: 'backups',
    title: 'part.backups',
    load: () => import('./lm-backups.js'),
    view: (access) => html`<lm-backups .access=${access}></lm-backups>`,
  },
  {
    id: 'learned',
    title: 'part.learned',
    load: () => Promise.all([import('../learned/lm-learned.js'), import('./lm-recommender.js')]),
    view: (access) => html`<lm-learned .access=${access}></lm-learned><lm-recommender .access=${access}></lm-recommender>`,
  },
  {
    id: 'settings',
    title: 'part.settings',
    load: () => import('./lm-settings.js'),
    view: (access) => html`<lm-settings .access=${access}></lm-settings>`,
  },
];

/** @param {string} id @returns {Section} the first where there is none of that name */
export function sectionOf(id) {
  return SECTIONS.find((one) => one.id === id) ?? SECTIONS[0];
}
