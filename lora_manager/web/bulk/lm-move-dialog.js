/** Where many files are to go: a folder that is there or a new one, with the dry run of every path. */

import { debounce, Latest } from '../core/timing.js';
import { define } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { LmDialog } from './dialog.js';
import './lm-paths.js';

/**
 * @import {Chosen} from '../core/types-changes.js'
 * @import {Folder} from '../core/types.js'
 */

/** @typedef {{root_id: number|null, folder: string}} MoveTo */

const DELAY = 150;
const MOST = 24;

/** @param {string} text @returns {string} as the server is told of it: without slashes at its ends */
export function folderOf(text) {
  return text.replaceAll('\\', '/').split('/').map((part) => part.trim()).filter(Boolean).join('/');
}

/** @extends {LmDialog<MoveTo>} */
export class LmMoveDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    .to { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 8px; }
    .to.one { grid-template-columns: minmax(0, 1fr); }
    .choice { max-height: 84px; overflow-y: auto; }
    @container (max-width: 560px) { .to { grid-template-columns: minmax(0, 1fr); } }
  `);

  #latest = new Latest();
  #listSoon = debounce(() => void this.#list(), DELAY);

  constructor() {
    super();
    this.count = 0;
    /** @type {Chosen} */
    this.selection = { ids: [] };
    this.folder = '';
    /** @type {number|null} */
    this.root = null;
    /** @type {Folder[]} */
    this.folders = [];
    this.moved = 0;
    void this.#list();
  }

  /** @override */
  get wide() {
    return true;
  }

  /** @override */
  get heading() {
    return t('move.title', { n: this.count });
  }

  /** @override */
  get button() {
    return { label: this.moved ? t('move.go', { n: this.moved }) : t('move.wait'), disabled: this.moved === 0 };
  }

  /** @override */
  submit() {
    this.close({ root_id: this.root, folder: folderOf(this.folder) });
  }

  /** The folders in the one that is typed. */
  async #list() {
    try {
      const typed = this.folder.replaceAll('\\', '/');
      const parent = folderOf(typed.endsWith('/') ? typed : typed.slice(0, Math.max(0, typed.lastIndexOf('/'))));
      const last = typed.slice(typed.lastIndexOf('/') + 1).trim().toLowerCase();
      const answer = await this.#latest.run((signal) => this.session.api.folders({ parent }, signal));
      if (answer) {
        const within = answer.folders.filter(({ name }) => name.toLowerCase().startsWith(last));
        this.folders = (within.length > 0 ? within : answer.folders).slice(0, MOST);
        this.requestUpdate();
      }
    } catch {
      // Only an aid.
    }
  }

  /** @param {string} folder */
  #set(folder) {
    this.folder = folder;
    this.#listSoon();
    this.requestUpdate();
  }

  /** Until it is known what would move, nothing does. */
  #counting() {
    this.moved = 0;
    this.requestUpdate();
  }

  /** @override */
  content() {
    const roots = (this.session.library.state.info?.roots ?? []).filter(({ online }) => online);
    const params = { root_id: this.root, folder: folderOf(this.folder) };
    return html`<p class="dim">${t('move.text', { n: this.count })}</p>
      <div class="to ${roots.length > 1 ? '' : 'one'}">
        ${roots.length > 1 ? html`<label class="line"><span>${t('move.root')}</span><span class="select"><select class="field"
          @change=${(/** @type {Event & {target: HTMLSelectElement}} */ { target }) => {
            this.root = target.value ? Number(target.value) : null;
            this.requestUpdate();
          }}><option value="">${t('move.root_same')}</option>${roots.map(({ id, path }) => html`<option value=${id}>${path}</option>`)}</select></span></label>` : nothing}
        <label class="line"><span>${t('move.folder')}</span><input class="field" data-first autocomplete="off" spellcheck="false" maxlength="400"
          placeholder=${t('move.folder_placeholder')} .value=${this.folder}
          @input=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => this.#set(target.value)}></label>
      </div>
      ${this.folders.length > 0 ? html`<div class="choice" role="group" aria-label=${t('move.folders')}>${this.folders.map(({ path, name }) => html`<button
        type="button" class="btn tiny" title=${path} @click=${() => this.#set(path)}>${icons.folder}<span class="clip">${name}</span></button>`)}</div>` : nothing}
      <lm-paths .selection=${this.selection} action="move" .params=${params} @counting=${() => this.#counting()}
        @counted=${(/** @type {CustomEvent} */ { detail: { total, problems, unchanged } }) => {
          this.moved = Math.max(0, total - problems - unchanged);
          this.requestUpdate();
        }}></lm-paths>`;
  }
}

define('lm-move-dialog', LmMoveDialog);
