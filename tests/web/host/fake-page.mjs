/** As much of a host's page as the prompt boxes need: text areas, tabs that show and hide them, and their buttons. */

class FakeTextArea extends EventTarget {
  #text = '';
  selectionStart = 0;
  selectionEnd = 0;
  shown = false;

  get value() {
    return this.#text;
  }

  set value(text) {
    this.#text = text;
    this.selectionStart = text.length;
    this.selectionEnd = text.length;
  }

  setSelectionRange(start, end) {
    this.selectionStart = start;
    this.selectionEnd = end;
  }

  setRangeText(text, start, end) {
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
  }

  focus() {
    if (this.shown) {
      globalThis.document.activeElement = this;
    }
  }

  getClientRects() {
    return { length: this.shown ? 1 : 0 };
  }

  /** The user types at the caret. */
  type(text) {
    this.setRangeText(text, this.selectionStart, this.selectionEnd);
    const caret = this.selectionStart + text.length;
    this.setSelectionRange(caret, caret);
    this.dispatchEvent(new Event('input'));
    this.dispatchEvent(new Event('keyup'));
  }
}

export class FakePage {
  boxes = /** @type {Record<string, FakeTextArea>} */ ({});
  updated = [];
  /** Whether the browser types for a script: not every one does. */
  types = true;

  /** @param {string[]} tabs those with a prompt, in their order */
  constructor(tabs) {
    const page = this;
    this.tabs = tabs;
    this.observers = new Set();
    globalThis.HTMLTextAreaElement = FakeTextArea;
    globalThis.HTMLElement = EventTarget;
    globalThis.CSS = { escape: (text) => text };
    globalThis.window = { updateInput: (box) => {
      page.updated.push(box.value);
      box.dispatchEvent(new Event('input'));
    } };
    globalThis.ResizeObserver = class {
      constructor(action) {
        this.action = action;
      }

      observe() {
        page.observers.add(this);
      }

      disconnect() {
        page.observers.delete(this);
      }
    };
    globalThis.document = {
      body: {},
      activeElement: null,
      querySelector: (selector) => page.boxes[selector.match(/^#(\w+)_prompt textarea$/)?.[1]] ?? null,
      querySelectorAll: (selector) => (selector.endsWith('.tabitem')
        ? page.tabs.map((name) => ({ id: `tab_${name}` }))
        : page.tabs.map((name) => page.#button(name))),
      execCommand: (what, _, text) => page.#type(what === 'delete' ? '' : text),
    };
  }

  #button(name) {
    return { innerText: name, getClientRects: () => ({ length: 1 }), click: () => this.open(name) };
  }

  #type(text) {
    const box = this.types ? globalThis.document.activeElement : null;
    if (!box?.shown) {
      return false;
    }
    box.setRangeText(text, box.selectionStart, box.selectionEnd);
    box.setSelectionRange(box.selectionStart + text.length, box.selectionStart + text.length);
    box.dispatchEvent(new Event('input'));
    return true;
  }

  /** gradio has made these boxes. */
  build(...names) {
    names.forEach((name) => {
      this.boxes[name] = new FakeTextArea();
    });
  }

  /** The user opens a tab; any other name is one without a prompt. */
  open(name) {
    for (const [tab, box] of Object.entries(this.boxes)) {
      box.shown = tab === name;
    }
    this.observers.forEach((observer) => observer.action());
  }
}
