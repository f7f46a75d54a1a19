/* Runs before the first paint: the remembered theme, so that the page never flashes in the other one. */
(function early() {
  let choice = 'auto';
  try {
    choice = JSON.parse(localStorage.getItem('lora-manager.theme') || '"auto"');
  } catch {
    // Storage forbidden: as the system.
  }
  const dark = choice === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : choice === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}());
