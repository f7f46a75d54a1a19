/** The page's mounts by name, each loaded with what it needs when it is first shown. */

/** Tabs in their order. */
export const TABS = /** @type {const} */ (['catalogue', 'recommend', 'generate', 'analytics', 'library']);

/** @typedef {typeof TABS[number]} Tab */

/** @type {Record<Tab, () => Promise<unknown>>} */
const LOADERS = {
  catalogue: () => import('../catalogue/lm-catalogue.js'),
  recommend: () => import('../recommend/lm-recommend.js'),
  generate: () => import('../generate/lm-generate.js'),
  analytics: () => import('../analytics/lm-analytics.js'),
  library: () => import('../library/lm-library.js'),
};

/**
 * Define the element of a tab (`lm-<tab>`).
 * @param {Tab} tab
 */
export function loadTab(tab) {
  return LOADERS[tab]();
}

/** @param {string} name @returns {name is Tab} */
export function isTab(name) {
  return /** @type {readonly string[]} */ (TABS).includes(name);
}
