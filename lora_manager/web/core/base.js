/** Where the page's parts live, told by this module's own address: .../lora-manager/web/<version>/core/base.js. */

/**
 * @param {string} moduleUrl address of a module two folders below `web/`
 * @returns {{base: string, version: string}} base ends in "/"
 */
export function locate(moduleUrl) {
  const url = new URL(moduleUrl);
  const segments = url.pathname.split('/');
  return {
    base: new URL('../../../', url).href,
    version: decodeURIComponent(segments.at(-3) ?? ''),
  };
}

const here = locate(import.meta.url);

/** Address of `lora-manager/` on whatever host and sub-path serves this page. */
export const BASE = here.base;

/** Address of the page of the host that serves ours: there one logs in. */
export const HOST_PAGE = new URL('../', BASE).href;

/** Version of the page's content, as it stands in its own address. */
export const WEB_VERSION = here.version;

/**
 * Address of a file of the page (not of the API).
 * @param {string} path relative to the page's folder, e.g. "vendor/uplot.css"
 */
export function assetUrl(path) {
  return new URL(`../${path}`, import.meta.url).href;
}
