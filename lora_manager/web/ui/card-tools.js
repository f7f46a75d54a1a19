/** Small things to do with a LoRA: copy its tag or its words, open its folder or page. On cards, rows and details. */

import { copyText, sentence } from '../core/actions.js';
import { isWebLink } from '../core/safe-html.js';
import { firstTriggers, tagOf } from '../core/card-text.js';
import { t } from '../strings.js';
import { css, html } from '../vendor/lit.js';
import { icons } from './icons.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Card, Detail} from '../core/types.js'
 */

/** @typedef {'tag'|'words'|'folder'|'page'} Tool */

/** By the key that does it. */
export const TOOL_KEYS = /** @type {Record<string, Tool>} */ ({ c: 'tag', w: 'words', o: 'folder', p: 'page' });

const ICONS = { tag: icons.copy, words: icons.words, folder: icons.folder, page: icons.page };

export const toolStyles = css`
  .tools { display: flex; gap: 2px; }
  .tool {
    display: grid;
    place-items: center;
    width: 26px;
    height: 26px;
    flex: none;
    border-radius: 6px;
  }
`;

/** @param {Session} session @returns {Tool[]} */
export function toolsHere({ library }) {
  return library.state.info?.access?.opens_folders ? ['tag', 'words', 'folder', 'page'] : ['tag', 'words', 'page'];
}

/** The tool that was clicked, if any. @param {Event} event @returns {Tool|undefined} */
export function toolOf(event) {
  const name = /** @type {Element} */ (event.target).closest('button')?.dataset.do;
  return Object.values(TOOL_KEYS).find((tool) => tool === name);
}

/**
 * @param {Session} session
 * @param {Pick<Card, 'name'>} card
 * @param {boolean} [tabbed] whether the Tab key stops at them
 */
export function cardTools(session, { name }, tabbed = false) {
  return html`<div class="tools" role="group" aria-label=${t('tool.label', { name })}>${toolsHere(session).map((tool) => html`<button
    class="tool" data-do=${tool} tabindex=${tabbed ? 0 : -1} aria-label=${t(`tool.${tool}`)} title=${t(`tool.${tool}`)}>${ICONS[tool]}</button>`)}</div>`;
}

/** @param {Session} session @param {Card} card @param {Tool} tool */
export function useTool(session, card, tool) {
  const uses = { tag: copyTag, words: copyWords, folder: openFolder, page: openPage };
  return uses[tool](session, card);
}

/** @param {Session} session @param {Card} card */
function copyTag(session, card) {
  const tag = tagOf(card, session.inPrompt(card.id)?.weight);
  return copyText(session, tag, t('tool.tag_copied', { tag }));
}

/** @param {Session} session @param {Card} card */
async function copyWords(session, card) {
  const words = firstTriggers(card);
  if (words) {
    await copyText(session, words, t('tool.words_copied', { words }));
  } else {
    session.toasts.show(t('tool.no_words', { name: card.name }));
  }
}

/** Where it cannot be opened from here, its path can be copied. @param {Session} session @param {Card} card */
async function openFolder(session, card) {
  const { api, toasts } = session;
  let why = t('tool.no_folder');
  try {
    if (toolsHere(session).includes('folder')) {
      const { opened } = await api.openFolder(card.id);
      toasts.show(t('tool.opened', { path: opened }));
      return;
    }
  } catch (error) {
    why = sentence(error);
  }
  await offerPath(session, card, why);
}

/** @param {Session} session @param {Card & Partial<Detail>} card @param {string} why its folder was not opened */
async function offerPath(session, card, why) {
  const { api, toasts } = session;
  try {
    const path = (card.files ?? (await api.adapter(card.id)).files)[0]?.path ?? '';
    const copy = { label: t('tool.copy_path'), run: () => void copyText(session, path, t('detail.copied')) };
    toasts.show([why, path].filter(Boolean).join(' '), { action: path ? copy : null, about: `folder ${card.id}` });
  } catch {
    toasts.show(why, { kind: 'error' });
  }
}

/** The list does not say whether there is one. @param {Session} session @param {Card & Partial<Detail>} card */
async function openPage({ api, toasts }, card) {
  try {
    const address = card.model_url === undefined ? (await api.adapter(card.id)).model_url : card.model_url;
    if (address && isWebLink(address)) {
      window.open(address, '_blank', 'noopener,noreferrer');
    } else {
      toasts.show(t('tool.no_page', { name: card.name }));
    }
  } catch (error) {
    toasts.show(sentence(error), { kind: 'error' });
  }
}
