/** The tabs of the host's page: our own with its inner tabs, and those with a prompt. Ids as in ui/element_ids.py. */

/** @import {Tab} from '../core/elements.js' */

const TAB = 'lora_manager';
const PARTS = 'lora_manager_parts';

/** Tabs with a prompt: how their elements' ids begin, and what we call them where the host shows no name. */
export const PROMPT_TABS = /** @type {Record<string, string>} */ (
  { txt2img: 'txt2img', img2img: 'img2img', control: 'Control', video: 'Video' }
);

/** @param {Element|null|undefined} element @returns {boolean} whether it takes part in the page as it is shown now */
export function isShown(element) {
  return (element?.getClientRects().length ?? 0) > 0;
}

/** SDNext's Modern UI keeps its tabs in a rail; the buttons that gradio made for them are there too, hidden. */
function inRail(/** @type {string} */ name) {
  const id = CSS.escape(name);
  return document.querySelector(`button.xtabs-tab#${id}_nav, button.xtabs-tab[tabitemid~="#tab_${id}_tabitem"]`);
}

/**
 * The nth button of a gradio tab bar shows its nth panel; not every gradio gives the buttons ids.
 * @param {string} bar selector of the element that holds the buttons' bar and the panels
 * @param {string} panel id
 * @returns {Element|undefined}
 */
function inBar(bar, panel) {
  const index = [...document.querySelectorAll(`${bar} > .tabitem`)].findIndex(({ id }) => id === panel);
  return document.querySelectorAll(`${bar} > .tab-nav > button`)[index];
}

/** @param {string} name @returns {HTMLElement|null} the button that shows a tab of the host */
function buttonOf(name) {
  return /** @type {HTMLElement|null} */ (inRail(name) ?? inBar('#tabs', `tab_${name}`) ?? null);
}

/** @param {string} name @returns {boolean} whether the user can get to this tab of the host */
export function isReachable(name) {
  return isShown(buttonOf(name));
}

/** @param {string} name @returns {string} what the host calls this tab */
export function nameOfTab(name) {
  return buttonOf(name)?.innerText.trim() || PROMPT_TABS[name] || name;
}

/** @param {string} name of a tab of the host */
export function showTab(name) {
  buttonOf(name)?.click();
}

/** Show one of our inner tabs, and our own tab before it. @param {Tab} part */
export function showPart(part) {
  if (!isPartShown(part)) {
    showTab(TAB);
    /** @type {HTMLElement|undefined} */ (inBar(`#${PARTS}`, `${TAB}_${part}`))?.click();
  }
}

/** @param {Tab} part @returns {boolean} whether the user looks at this inner tab of ours */
export function isPartShown(part) {
  return isShown(document.getElementById(`${TAB}_${part}`));
}

/** @param {Tab} part @returns {(Element & {shortcut?: (event: KeyboardEvent) => void})|null} */
export function mountOf(part) {
  return document.querySelector(`#${TAB}_${part} lm-${part}`);
}

/** @param {Element} element @returns {boolean} whether it is one of the buttons that show our inner tabs */
export function isInPartBar(element) {
  return element.closest(`#${PARTS} > .tab-nav`) !== null;
}

/** The rail shows two letters of us. @param {string} name what they stand for @returns {boolean} whether it is there */
export function nameInRail(name) {
  const button = inRail(TAB);
  button?.setAttribute('title', name);
  return button !== null;
}
