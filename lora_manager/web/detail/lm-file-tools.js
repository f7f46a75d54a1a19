/**
 * What one does with a LoRA beside inserting it: copy its tag or words, open its folder or page, and change its file.
 */

import { sentence } from '../core/actions.js';
import { undoSet, trashFile } from '../core/api-history.js';
import { cardTools, toolOf, toolStyles, useTool } from '../ui/card-tools.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { followed } from './taking-back.js';
import '../strings/detail.js';

/**
 * @import {Card, Detail} from '../core/types.js'
 * @import {BulkAction} from '../core/types-changes.js'
 * @import {Editing} from './editing.js'
 */

/** @typedef {'rename'|'move'|'write'|'reread'|'delete'} FileTool */

const RESTRICTED = /** @type {FileTool[]} */ (['rename', 'move', 'write', 'delete']);

/** Events: gone, when the file went to the trash. */
export class LmFileTools extends LmElement {
  static properties = { card: { attribute: false }, detail: { attribute: false }, editing: { attribute: false } };

  static styles = [controls, toolStyles, css`
    :host { display: block; position: relative; margin: 4px 0 0 -6px; color: var(--lm-dim); }
    .line { display: flex; gap: 2px; }
    .tool { width: 32px; height: 32px; }
    .tool:hover, .tool[aria-expanded='true'] { background: var(--lm-raise); color: var(--lm-text); }
    .tool.busy { animation: pulse 1s infinite alternate; }
    .menu {
      position: absolute;
      z-index: 6;
      top: 100%;
      left: 6px;
      min-width: 200px;
      max-width: calc(100% - 12px);
      padding: 4px;
      border: 1px solid var(--lm-line-strong);
      border-radius: 8px;
      background: var(--lm-panel);
      color: var(--lm-text);
      box-shadow: 0 8px 24px rgb(0 0 0 / 0.25);
    }
    .menu [role='menuitem'] { display: flex; align-items: center; gap: 8px; width: 100%; padding: 6px 10px; border-radius: 6px; }
    .menu [role='menuitem']:hover, .menu [role='menuitem']:focus-visible { background: var(--lm-raise); }
    .menu .risky { color: var(--lm-bad); }
    .menu p { padding: 6px 10px; max-width: 280px; }
    @keyframes pulse { to { opacity: 0.4; } }
    @media (pointer: coarse) { .menu [role='menuitem'] { padding: 10px; } .tool { width: 40px; height: 40px; } }
  `];

  constructor() {
    super();
    /** @type {Card|null} */
    this.card = null;
    /** @type {Detail|null} */
    this.detail = null;
    /** @type {Editing|null} */
    this.editing = null;
    this.open = false;
    this.busy = false;
    this.watch(this.session.library);
  }

  /** @param {boolean} open @param {boolean} [focus] whether the keyboard goes back to the button */
  async #turn(open, focus = false) {
    this.open = open;
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (open ? this.find('[role=menuitem]') : focus ? this.find('.dots') : null)?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const items = /** @type {HTMLElement[]} */ ([...this.renderRoot.querySelectorAll('[role=menuitem]')]);
    const at = items.findIndex((item) => item.matches(':focus'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      void this.#turn(false, true);
    } else if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length)?.focus();
    }
  }

  /** @param {FocusEvent} event */
  #leave({ relatedTarget }) {
    const stays = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null;
    if (this.open && !stays && !(relatedTarget instanceof Node && this.renderRoot.contains(relatedTarget))) {
      void this.#turn(false);
    }
  }

  /** @param {FileTool} tool */
  async #use(tool) {
    const { detail } = this;
    await this.#turn(false, true);
    if (!detail || this.busy) {
      return;
    }
    this.busy = true;
    this.requestUpdate();
    try {
      await this.#doIt(tool, detail);
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.busy = false;
    this.requestUpdate();
  }

  /** @param {FileTool} tool @param {Detail} detail */
  async #doIt(tool, detail) {
    if (tool === 'write' || tool === 'reread') {
      await this.#bulk(detail, tool === 'write' ? 'write_back' : 'reread', tool === 'write' ? 'files.wrote' : 'files.reread_done');
      return;
    }
    const dialogs = import('./file-dialogs.js');
    await this.session.need(dialogs);
    const { askDelete, askMove, askRename, tellMoved } = await dialogs;
    if (tool === 'delete') {
      if (await askDelete(detail)) {
        await this.#delete(detail);
      }
      return;
    }
    const changed = await (tool === 'rename' ? askRename(detail) : askMove(detail));
    if (changed) {
      this.session.cards.changed(changed);
      this.editing?.show(changed);
      this.session.prompt.resolveAgain(); // It may stand there by its old name.
      await tellMoved(this.session, detail, changed, (set) => this.editing?.undo([set], detail.id));
    }
  }

  /** @param {Detail} detail @param {BulkAction} action @param {'files.wrote'|'files.reread_done'} said */
  async #bulk(detail, action, said) {
    const [{ runBulk }, { tellProblems }] = await Promise.all([import('../core/bulk.js'), import('./file-dialogs.js')]);
    await runBulk(this.session, { ids: [detail.id] }, 1, { action, said: (n) => t(said, { n }) }, {
      askAgain: async () => null,
      tellProblems: (title, problems) => tellProblems(this.session, title, problems),
    });
    await this.editing?.reload(detail.id);
  }

  /** @param {Detail} detail */
  async #delete(detail) {
    const { change_set: set } = await trashFile(this.session.api, detail.id);
    this.#tellDeleted(detail, set);
    this.emit('gone');
  }

  /** @param {Detail} detail @param {number} set */
  #tellDeleted(detail, set) {
    const undo = () => void this.#turnBack(set, detail, (again) => {
      this.#tellBack(detail, again);
      this.session.go('catalogue', { adapter: detail.id });
    });
    const action = { label: t('toast.undo'), run: undo };
    this.session.toasts.show(t('files.deleted', { name: detail.name }), { action, about: 'deleted' });
  }

  /** @param {Detail} detail @param {number|null} set that brought it back */
  #tellBack(detail, set) {
    const told = (/** @type {number|null} */ again) => again !== null && this.#tellDeleted(detail, again);
    const run = () => void (set !== null && this.#turnBack(set, detail, told));
    const action = set === null ? null : { label: t('edit.again'), run };
    this.session.toasts.show(t('files.restored', { name: detail.name }), { action, about: 'deleted' });
  }

  /**
   * @param {number} set
   * @param {Detail} detail
   * @param {(set: number|null) => unknown} done told the set that took it back
   */
  async #turnBack(set, detail, done) {
    const { api, toasts } = this.session;
    try {
      const { set_id: opposite = null, skipped = [] } = await followed(this.session, await undoSet(api, set));
      if (skipped.length > 0) {
        toasts.show(skipped[0].why, { kind: 'error', about: 'deleted' });
      } else {
        done(opposite);
      }
      await this.editing?.reload(detail.id);
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: 'deleted' });
    }
  }

  /** @override */
  render() {
    const { card, session } = this;
    return card ? html`<div @focusout=${this.#leave}><div class="line">
        <span @click=${(/** @type {Event} */ event) => this.#tool(event, card)}>${cardTools(session, card, true)}</span>
        <button class="tool dots ${this.busy ? 'busy' : ''}" aria-haspopup="menu" aria-expanded=${this.open} aria-label=${t('files.menu')}
          title=${t('files.menu')} ?disabled=${!this.detail} @click=${() => void this.#turn(!this.open)}>${icons.dots}</button>
      </div>${this.open ? this.#menu() : nothing}</div>` : nothing;
  }

  /** @param {Event} event @param {Card} card */
  #tool(event, card) {
    const tool = toolOf(event);
    if (tool) {
      void useTool(this.session, { ...card, ...this.detail }, tool);
    }
  }

  #menu() {
    const access = this.session.library.state.info?.access;
    const may = access?.may_change_settings ?? true;
    const shown = /** @type {FileTool[]} */ (['rename', 'move', 'write', 'reread', 'delete']).filter((tool) => may || !RESTRICTED.includes(tool));
    return html`<div class="menu" role="menu" aria-label=${t('files.menu')} @keydown=${this.#key}>
      ${shown.map((tool) => html`<button role="menuitem" class=${tool === 'delete' ? 'risky' : ''} tabindex="-1"
        @click=${() => void this.#use(tool)}>${t(`files.${tool}`)}</button>`)}
      ${may ? nothing : html`<p class="dim small">${t('files.why_not', { reason: access?.reason ?? '' })}</p>`}
    </div>`;
  }
}

define('lm-file-tools', LmFileTools);
