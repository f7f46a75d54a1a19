/*
 * Runs before everything else: the remembered theme, so that the page never flashes in the other one, and a sentence in
 * place of the page when its parts do not come.
 */
(function early() {
  let choice = 'auto';
  try {
    choice = JSON.parse(localStorage.getItem('lora-manager.theme') || '"auto"');
  } catch {
    // Storage forbidden: as the system.
  }
  const dark = choice === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : choice === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';

  function tell() {
    const app = document.querySelector('lm-app:not(:defined)');
    if (app) {
      app.textContent = 'LoRA Manager’s page could not be loaded: reload it. If that does not help, restart the server.';
    }
  }
  addEventListener('error', tell, true);
  addEventListener('unhandledrejection', tell);
}());
