/** Is this page as old or as new as the server that answers it? */

const KEY = 'lora-manager.reloaded-for';

/**
 * A page that differs from its server is cured by loading it again. When that did not help, the server itself runs
 * old code from memory and must be restarted.
 *
 * @param {string} page version in the page's own address
 * @param {string} server version the server reports
 * @param {string|null} tried the pair for which the page was already loaded again
 * @returns {''|'reload'|'restart'}
 */
export function advice(page, server, tried) {
  if (!page || !server || page === server) {
    return '';
  }
  return tried === `${page} ${server}` ? 'restart' : 'reload';
}

/** @returns {string|null} */
export function reloadedFor() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/**
 * @param {string} page
 * @param {string} server
 */
export function rememberReload(page, server) {
  try {
    sessionStorage.setItem(KEY, `${page} ${server}`);
  } catch {
    // Without storage the page keeps saying "reload".
  }
}
