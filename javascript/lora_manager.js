/* Brings LoRA Manager's page into the host's page: its modules lie on the host's own server, beside this file. */
(function loadLoraManager() {
  const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
  const base = script ? script.src.replace(/\/file=.*$/, '/') : './';
  const mounts = 'lm-catalogue, lm-recommend, lm-generate, lm-analytics, lm-library';
  const trouble = 'LoRA Manager’s page could not be loaded. The browser’s console (F12) and the web UI’s log say why. '
    + 'Restart the web UI, then load this page again.';

  /** The host puts our tab on the page when it likes: before or after we know that its parts will not come. */
  function tell() {
    const waiting = document.querySelectorAll(mounts);
    waiting.forEach((mount) => {
      mount.textContent = trouble;
    });
    if (waiting.length === 0) {
      setTimeout(tell, 1000);
    }
  }

  import(`${base}lora-manager/entry.js`).catch((error) => {
    console.error('LoRA Manager could not load its page:', error);
    tell();
  });
}());
