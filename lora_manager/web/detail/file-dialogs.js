/** Questions around the file of one LoRA: its new name, its new folder, whether it goes to the trash. */

import { copyText, sentence } from '../core/actions.js';
import { moveFile, renameFile } from '../core/api-history.js';
import { parseTags } from '../core/prompt-tags.js';
import { debounce, Latest } from '../core/timing.js';
import { LmDialog } from '../bulk/dialog.js';
import { define } from '../ui/element.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { parted, sameStem, sharedName, wrongName } from './file-names.js';
import './lm-combo.js';
import '../strings/detail.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Detail} from '../core/types.js'
 * @import {Changed} from '../core/types-changes.js'
 * @import {LmCombo, Option} from './lm-combo.js'
 */

const LOOK_DELAY = 250;

const pathStyles = css`
  .paths { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 12px; overflow-wrap: anywhere; }
  .paths dt { color: var(--lm-dim); }
  .content { overflow: visible; }
`;

/** @param {string} now @param {string} then */
function paths(now, then) {
  return html`<dl class="paths"><dt>${t('files.now')}</dt><dd>${now}</dd><dt>${t('files.then')}</dt><dd>${then}</dd></dl>`;
}

/**
 * What asks, does it, and when it is refused says why and asks on.
 * @extends {LmDialog<Changed>}
 */
class LmFileDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(pathStyles);

  constructor() {
    super();
    /** @type {Detail} */
    this.detail = /** @type {any} */ (null);
    this.refused = '';
    this.busy = false;
  }

  /** What one should know before. @returns {string} */
  get about() {
    return t('files.together');
  }

  /** @returns {Promise<Changed>} */
  act() {
    throw new Error('It is for its kinds to say.');
  }

  /** @override */
  async submit() {
    if (this.busy) {
      return;
    }
    this.busy = true;
    this.refused = '';
    this.requestUpdate();
    try {
      this.close(await this.act());
    } catch (error) {
      this.refused = sentence(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  /** @override */
  remark() {
    return this.refused ? html`<span class="bad" role="alert">${this.refused}</span>` : this.busy ? t('files.busy') : this.about;
  }
}

class LmRenameDialog extends LmFileDialog {
  name = '';
  /** Why it is better called otherwise. */
  warning = '';
  #look = debounce(() => void this.#lookAround(), LOOK_DELAY);
  #latest = new Latest();

  /** Another file of that name is no mistake, but whoever does it should know. */
  async #lookAround() {
    const stem = this.name.trim();
    const own = stem.toLowerCase() === parted(this.detail.relative_path).stem.toLowerCase();
    const look = () => sameStem(this.session.api, stem, this.detail.id);
    const others = own ? [] : await this.#latest.run(look).catch(() => []);
    if (others && stem === this.name.trim() && !wrongName(stem)) {
      this.warning = others.length > 0 ? t('files.same_stem', { path: others[0].relative_path }) : '';
      this.requestUpdate();
    }
  }

  /** @param {string} name */
  #type(name) {
    this.name = name;
    this.refused = '';
    this.warning = wrongName(name.trim());
    this.#look();
    this.requestUpdate();
  }

  /** @override */
  get heading() {
    return t('files.rename_title', { name: this.detail.name });
  }

  /** @override */
  get button() {
    const name = this.name.trim();
    return { label: t('files.rename_do'), disabled: this.busy || name === '' || name === parted(this.detail.relative_path).stem };
  }

  /** @override */
  content() {
    const { folder, extension } = parted(this.detail.relative_path);
    return html`<label class="line"><span>${t('files.new_name')}</span><input class="field" data-first type="text" autocomplete="off"
        spellcheck="false" .value=${this.name} @focus=${(/** @type {any} */ event) => event.target.select()}
        @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => this.#type(event.target.value)}></label>
      ${this.warning ? html`<p class="warn small" role="status">${this.warning}</p>` : nothing}
      ${paths(this.detail.relative_path, `${folder}${this.name.trim()}${extension}`)}`;
  }

  /** @override */
  act() {
    return renameFile(this.session.api, this.detail.id, this.name.trim());
  }
}

class LmMoveDialog extends LmFileDialog {
  folder = '';
  /** @type {number|null} */
  root = null;

  /** @override */
  get heading() {
    return t('files.move_title', { name: this.detail.name });
  }

  /** @override */
  get about() {
    return t('files.together_moved');
  }

  get #clean() {
    return this.folder.split(/[\\/]/).map((part) => part.trim()).filter(Boolean).join('/');
  }

  /** @override */
  get button() {
    const same = this.#clean === this.detail.folder && this.root === this.detail.root_id;
    return { label: t('files.move_do'), disabled: this.busy || same };
  }

  /** @param {string} begins @returns {Promise<Option[]>} */
  async #folders(begins) {
    const { values } = await this.session.api.facetValues({ of: 'folder', begins });
    return [{ value: '', label: t('files.top') }, ...values.filter(({ value }) => value).map(({ value, count }) => ({ value, detail: String(count) }))];
  }

  /** @override */
  content() {
    const roots = this.session.library.state.info?.roots ?? [];
    const { stem, extension } = parted(this.detail.relative_path);
    const to = `${this.#clean ? `${this.#clean}/` : ''}${stem}${extension}`;
    const path = (/** @type {number|null} */ id, /** @type {string} */ rest) => (
      roots.length > 1 ? `${roots.find((root) => root.id === id)?.path ?? ''}/${rest}` : rest);
    return html`
      ${roots.length > 1 ? html`<label class="line"><span>${t('files.root')}</span><span class="select"><select class="field"
        @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => {
          this.root = Number(event.target.value);
          this.requestUpdate();
        }}>${roots.map((root) => html`<option value=${root.id} ?selected=${root.id === this.root} ?disabled=${!root.online}>${root.path}</option>`)}
      </select></span></label>` : nothing}
      <div class="line"><span class="caption">${t('files.folder')}</span><lm-combo data-first .label=${t('files.folder')} .value=${this.folder}
        .options=${(/** @type {string} */ begins) => this.#folders(begins)} @input=${this.#typed}
        @choose=${(/** @type {CustomEvent<{value: string}>} */ event) => this.#choose(event.detail.value)}></lm-combo></div>
      ${paths(path(this.detail.root_id, this.detail.relative_path), path(this.root, to))}`;
  }

  /** @param {Event & {currentTarget: LmCombo}} event */
  #typed({ currentTarget }) {
    this.folder = currentTarget.text;
    this.refused = '';
    this.requestUpdate();
  }

  /** @param {string} folder */
  #choose(folder) {
    if (folder === this.folder && !this.button.disabled) {
      void this.submit();
      return;
    }
    this.folder = folder;
    const combo = /** @type {LmCombo} */ (this.find('lm-combo'));
    combo.input.value = folder;
    this.requestUpdate();
  }

  /** @override */
  act() {
    return moveFile(this.session.api, this.detail.id, { root_id: this.root, folder: this.#clean });
  }
}

/** @extends {LmDialog<true>} */
class LmDeleteDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(pathStyles);

  constructor() {
    super();
    /** @type {Detail} */
    this.detail = /** @type {any} */ (null);
    this.days = -1;
  }

  /** @override */
  get heading() {
    return t('files.delete_title', { name: this.detail.name });
  }

  /** @override */
  get button() {
    return { label: t('files.delete_do'), danger: true };
  }

  /** @override */
  content() {
    return html`<p>${this.days > 0 ? t('files.delete_text', { n: this.days }) : t('files.delete_text_kept')}</p>
      <p class="dim small">${this.detail.files.map((file) => html`<span class="line">${file.path}</span>`)}</p>`;
  }

  /** @override */
  submit() {
    this.close(true);
  }
}

define('lm-rename-dialog', LmRenameDialog);
define('lm-move-dialog', LmMoveDialog);
define('lm-delete-dialog', LmDeleteDialog);

/** @param {Detail} detail @returns {Promise<Changed|null>} null when the user let it be */
export function askRename(detail) {
  const dialog = new LmRenameDialog();
  dialog.detail = detail;
  dialog.name = parted(detail.relative_path).stem;
  return dialog.ask();
}

/** @param {Detail} detail @returns {Promise<Changed|null>} null when the user let it be */
export function askMove(detail) {
  const dialog = new LmMoveDialog();
  dialog.detail = detail;
  dialog.folder = detail.folder;
  dialog.root = detail.root_id;
  return dialog.ask();
}

/** @param {Detail} detail @returns {Promise<boolean>} */
export async function askDelete(detail) {
  const dialog = new LmDeleteDialog();
  dialog.detail = detail;
  const { api } = dialog.session;
  dialog.days = await api.get('trash', { limit: 1 }).then(({ days }) => Number(days), () => -1);
  return (await dialog.ask()) === true;
}

/**
 * What became of it, with its undo: also that another file has the name, and where the prompt calls it by its old name,
 * the new one is offered.
 * @param {Session} session
 * @param {Detail} before
 * @param {Changed} now
 * @param {(set: number) => void} undo
 */
export async function tellMoved(session, before, now, undo) {
  const { api, prompt, toasts } = session;
  const { stem } = parted(now.relative_path);
  const others = await sameStem(api, stem, now.id).catch(() => []);
  const shared = sharedName(now, others);
  const isNew = parted(before.relative_path).stem !== stem;
  const isCalledElse = before.tag_name !== now.tag_name;
  const done = isNew ? t('files.renamed', { name: stem }) : t(isCalledElse ? 'files.moved_tag' : 'files.moved', { path: now.relative_path });
  const set = now.change_set;
  const action = typeof set === 'number' ? { label: t('toast.undo'), run: () => undo(set) } : null;
  toasts.show(shared ? `${shared} ${done}` : done, { action, kind: shared ? 'error' : 'info', about: `edit ${now.id}` });
  const { text } = prompt.state;
  const tag = isCalledElse && parseTags(text).find(({ name }) => name === before.tag_name);
  if (tag) {
    const put = () => prompt.rename(before.tag_name, now.tag_name); // with the weight that it has there
    const old = text.slice(tag.start, tag.end);
    toasts.show(t('files.old_tag', { old }), { action: { label: t('files.put_new', { name: now.tag_name }), run: put }, about: 'old tag' });
  }
}

/** @param {Session} session @param {string} title @param {{name: string, why: string}[]} problems */
export function tellProblems(session, title, problems) {
  const text = [title, ...problems.map(({ why }) => why)].join('. ');
  const copy = { label: t('detail.copy'), run: () => void copyText(session, text, t('detail.copied')) };
  session.toasts.show(text, { kind: 'error', action: copy });
}
