/** What was written in a box with formatting, as HTML: elements without their looks, links with their address. */

import { isWebLink } from '../core/safe-html.js';

const ENTITIES = /** @type {Record<string, string>} */ ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' });
const EMPTY = ['BR', 'HR'];

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]);
}

/**
 * @param {Pick<Element, 'childNodes'>} box
 * @returns {string} "" where nothing can be read
 */
export function writtenHtml(box) {
  return [...box.childNodes].map(written).join('');
}

/** @param {ChildNode} node @returns {string} */
function written(node) {
  if (node.nodeType === 3) {
    return escaped((node.textContent ?? '').replaceAll('\u00a0', ' '));
  }
  if (node.nodeType !== 1) {
    return '';
  }
  const element = /** @type {Element} */ (node);
  const name = element.tagName.toLowerCase();
  const href = name === 'a' ? (element.getAttribute('href') ?? '') : '';
  const start = isWebLink(href) ? `<a href="${escaped(href)}">` : `<${name}>`;
  return EMPTY.includes(element.tagName.toUpperCase()) ? start : `${start}${writtenHtml(element)}</${name}>`;
}
