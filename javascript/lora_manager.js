/* Brings LoRA Manager's page into the host's page: its modules lie on the host's own server, beside this file. */
(function loadLoraManager() {
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
  const entry = `${baseOf(script ? script.src : '')}lora-manager/entry.js`;
  const mounts = 'lm-catalogue, lm-recommend, lm-generate, lm-analytics, lm-library';
  const trouble = 'LoRA Manager’s page could not be loaded: load this page again. If that does not help, restart the '
    + 'web UI; its log and the browser’s console (F12) say why.';
  const tooMany = 'The web UI answers only so many requests a minute: load this page again in a minute.';

  /**
   * Where the host's page lies. Its files lie below it, at `file=` or, with a newer gradio, at `gradio_api/file=`; a
   * script from anywhere else says nothing.
   * @param {string} address of this script
   */
  function baseOf(address) {
    const [, base] = address.match(/^(.*?\/)(?:gradio_api\/)?file=/) || [];
    return base || new URL('./', document.baseURI).href;
  }

  /**
   * The host puts our tab on the page when it likes: before or after we know that its parts will not come.
   * @param {string} text
   */
  function tell(text) {
    const waiting = document.querySelectorAll(mounts);
    waiting.forEach((mount) => {
      mount.textContent = text;
    });
    if (waiting.length === 0) {
      setTimeout(() => tell(text), 1000);
    }
  }

  /** What the server says when it keeps its page back, else what may help in general. */
  async function reason() {
    try {
      const answer = await fetch(entry);
      if (answer.status === 429) {
        return tooMany;
      }
      const { detail } = answer.ok ? { detail: null } : await answer.json();
      return typeof detail === 'string' && detail !== 'Not Found' ? detail : trouble;
    } catch {
      return trouble; // No server, or none of ours.
    }
  }

  import(entry).catch(async (error) => {
    console.error('LoRA Manager could not load its page:', error);
    tell(await reason());
  });
}());
