/**
 * Descriptions from model pages, made harmless a second time: the server cleans them (nh3), and here they are built
 * anew from a short list of elements without any attribute but a web link.
 */

import { t } from '../strings.js';

const ALLOWED = new Set([
  'A', 'B', 'BLOCKQUOTE', 'BR', 'CODE', 'DEL', 'DIV', 'EM', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'HR', 'I', 'LI', 'OL',
  'P', 'PRE', 'S', 'SPAN', 'STRONG', 'SUB', 'SUP', 'TABLE', 'TBODY', 'TD', 'TH', 'THEAD', 'TR', 'U', 'UL',
]);
/** Elements whose text is not meant to be read. */
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'SVG', 'MATH', 'HEAD', 'TITLE']);
const DEEPEST = 60;
const PICTURE = /\.(?:avif|gif|jpe?g|png|webp)$/i;

/** @param {string} href @returns {boolean} */
export function isWebLink(href) {
  return /^https?:\/\//i.test(href.trim());
}

/**
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function safeFragment(html) {
  const fragment = document.createDocumentFragment();
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  copyChildren(parsed.body, fragment, 0);
  return fragment;
}

/** @param {Node} from @param {Node} to @param {number} depth */
function copyChildren(from, to, depth) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.textContent ?? ''));
    } else if (child instanceof Element && depth < DEEPEST) {
      copyElement(child, to, depth);
    }
  }
}

/** @param {Element} element @param {Node} to @param {number} depth */
function copyElement(element, to, depth) {
  const name = element.tagName.toUpperCase();
  if (DROPPED.has(name)) {
    return;
  }
  if (!ALLOWED.has(name)) {
    copyChildren(element, to, depth + 1);
    return;
  }
  const copy = document.createElement(name);
  const href = name === 'A' ? (element.getAttribute('href') ?? '') : '';
  if (isWebLink(href)) {
    copy.setAttribute('href', href);
    copy.setAttribute('target', '_blank');
    copy.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  const host = element.textContent === href ? hostOfPicture(href) : '';
  if (host === '') {
    copyChildren(element, copy, depth + 1);
  } else {
    copy.textContent = t('detail.picture', { host });
    copy.setAttribute('title', href);
  }
  to.appendChild(copy);
}

/** The server puts an address in the place of a picture: none is loaded until it is opened. @param {string} href */
function hostOfPicture(href) {
  try {
    const { host, pathname } = new URL(href);
    return PICTURE.test(pathname) ? host : '';
  } catch {
    return '';
  }
}
