/** Copying, also where the browser keeps its clipboard from pages: on plain http it does, but for localhost. */

/** The element that has the focus, also inside shadow roots. @returns {Element|null} */
export function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  return element;
}

/** @param {string} text @returns {boolean} */
function copyByHand(text) {
  const before = focused();
  const box = document.createElement('textarea');
  box.value = text;
  box.style.cssText = 'position:fixed;opacity:0';
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  if (before instanceof HTMLElement) {
    before.focus({ preventScroll: true });
  }
  return done;
}

/** @param {string} text @returns {Promise<boolean>} whether it is on the clipboard */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}
