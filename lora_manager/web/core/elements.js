/** The page's mounts by name, each loaded with what it needs when it is asked for. */

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

/** Define every tab's element, the catalogue first. */
export async function loadAllTabs() {
  await loadTab('catalogue');
  await Promise.all(TABS.slice(1).map(loadTab));
}

/** @param {string} name @returns {name is Tab} */
export function isTab(name) {
  return /** @type {readonly string[]} */ (TABS).includes(name);
}
