/** Every sentence of the page, by name. A text "one|other" is chosen by {n}; {names} are filled in. */

import { count } from './core/format.js';
import { FINDING } from './strings/finding.js';
import { GRID } from './strings/grid.js';

const STRINGS = {
  ...FINDING,
  ...GRID,
  'app.title': 'LoRA Manager',
  'app.tabs': 'Parts of LoRA Manager',
  'app.theme_light': 'Change to the light theme',
  'app.theme_dark': 'Change to the dark theme',
  'app.offline': 'The server does not answer. This page keeps trying.',
  'app.reload': 'LoRA Manager was updated: reload the page.',
  'app.reload_button': 'Reload',
  'app.restart': 'LoRA Manager was updated: restart the web UI.',
  'app.broken': 'A part of this page could not be loaded: reload the page.',
  'tab.catalogue': 'Catalogue',
  'tab.recommend': 'Recommend',
  'tab.generate': 'Generate',
  'tab.analytics': 'Analytics',
  'tab.library': 'Library',

  'card.weight': 'Weight {weight}',
  'card.no_triggers': 'no trigger words',
  'card.uses': '{n} use|{n} uses',
  'card.in_prompt_at': 'in the prompt at {weight}',
  'card.missing': 'Missing',
  'card.trashed': 'In the trash',
  'card.incomplete': 'Incomplete',
  'card.present': '',
  'card.hidden': 'Same name',
  'card.hidden_text': 'This host cannot reach this file by name: {name} has the same name. Rename one of them.',
  'card.favourite': 'Favourite',
  'card.favourite_key': 'Favourite (F)',
  'card.insert': 'Insert',
  'card.insert_key': 'Put into the prompt (Enter)',
  'card.open_key': 'Details (Space)',
  'card.remove': 'Take out',
  'card.remove_key': 'Take out of the prompt (Enter)',
  'rating.value': '{n} star|{n} stars',
  'rating.label': 'Rating',
  'rating.set': 'Rate {n} star|Rate {n} stars',
  'rating.clear': 'Take the rating away',

  'strip.renamed': 'now {name}',
  'strip.renamed_why': '{old} is now called {name}: write that into the prompt',
  'strip.label': 'LoRAs in the prompt',
  'strip.empty': 'No LoRA in the prompt yet',
  'strip.not_installed': '{name} is not installed',
  'strip.remove': 'Take {name} out of the prompt',
  'strip.less': 'Less of {name}',
  'strip.more': 'More of {name}',
  'strip.weight': 'Weight of {name}',
  'strip.to_generate': 'Generate',

  'place.label': 'Prompt to write into',
  'place.to': '→ {name}',
  'place.of': 'Prompt: {name}',
  'place.relay': 'Insert: web UI’s prompt',
  'place.here': 'Insert: this page’s prompt',
  'place.show': 'Go to {name}',

  'detail.by': 'by {name}',
  'detail.insert': 'Insert',
  'detail.remove': 'Take out',
  'weight.strong': 'Unusually strong',
  'weight.beyond': 'Far beyond what LoRAs are made for (-5 to 5)',
  'weight.beyond_text': 'Weight {weight} is far beyond what LoRAs are made for (-5 to 5).',
  'detail.weight_reset': 'Back to {weight}',
  'detail.copy': 'Copy',
  'detail.copied': 'Copied',

  'lightbox.label': 'Picture',
  'lightbox.open': 'Show the picture large',
  'lightbox.previous': 'The picture before (←)',
  'lightbox.next': 'The next picture (→)',
  'lightbox.close': 'Close (Esc)',

  'prompt.label': 'Prompt',
  'prompt.placeholder': 'What to draw. LoRAs go in from the Catalogue, or as <lora:name:0.8>',

  'recommend.open': 'Show {name} in the catalogue',

  'generate.go': 'Generate',
  'generate.another': 'Queue another',
  'generate.preparing': 'Loading the model …',
  'generate.model': 'Model: {name}',
  'generate.keys': 'Generate (Ctrl+Enter)',
  'generate.negative': 'Negative prompt',
  'generate.negative_placeholder': 'What to keep out',
  'generate.size': 'Size',
  'generate.width': 'Width',
  'generate.height': 'Height',
  'generate.swap': 'Swap width and height',
  'generate.steps': 'Steps',
  'generate.cfg': 'CFG scale',
  'generate.sampler': 'Sampler',
  'generate.batch': 'Images',
  'generate.seed': 'Seed (-1 for a new one each time)',
  'generate.random': 'A new seed each time',
  'generate.last_seed': 'The seed of the picture shown',
  'generate.use_seed': 'Use this seed again',
  'generate.seed_is': 'Seed {seed}',
  'generate.rate_why': 'Suggestions learn from what you like',
  'generate.picture': 'Picture {n}',
  'generate.interrupted': 'cut short',
  'generate.copy_infotext': 'Copy parameters',
  'generate.infotext': 'Parameters',
  'generate.infotext_copied': 'Copied the parameters',
  'generate.applied': 'Applied',
  'generate.refused': '{name} had no effect:',
  'generate.failed': 'The generation failed.',
  'generate.host_busy': 'The host is drawing something else: this waits for its turn.',
  'generate.waiting': '{n} more waiting',
  'generate.history': 'Recent generations',
  'generate.show': 'Show the picture',
  'generate.reuse': 'Use these settings',
  'generate.reuse_why': 'Put its prompt, size, seed and the rest into the form',
  'generate.reused': 'Took over prompt and settings',
  'generate.cancelled': 'Cancelled, no picture',
  'generate.to_catalogue': 'Open the catalogue',
  'generate.empty': 'No picture yet',
  'generate.cannot_text': 'Nothing can be generated now. The prompt and the settings you put together stay.',
  'generate.empty_text': 'Write a prompt, put in LoRAs from the Catalogue, and press Generate.',

  'analytics.title': 'What you use',
  'analytics.span': 'Span of time',
  'analytics.days': '{n} day|{n} days',
  'analytics.adapters': 'LoRAs',
  'analytics.used': 'Used',
  'analytics.never_used': 'Never used',
  'analytics.generations': 'Generations',
  'analytics.images': 'Images',
  'analytics.uses': 'LoRA uses',
  'analytics.time': 'Time generating',
  'analytics.over_time': 'Over time',
  'analytics.top': 'Most used',
  'analytics.no_top': 'No LoRA was used in this time.',
  'analytics.by_base': 'By base model',
  'analytics.n_adapters': '{n} LoRA|{n} LoRAs',
  'analytics.empty': 'Nothing generated yet',
  'analytics.empty_text': 'Every generation is recorded with its LoRAs and weights. The first one starts this page.',
  'analytics.to_generate': 'Open Generate',

  'toast.inserted': 'Inserted {name}',
  'toast.inserted_at': 'Inserted {name} into {place}',
  'toast.relay_added': 'Inserted {name} into {place} of the web UI',
  'toast.relay_removed': 'Took {name} out of {place} of the web UI',
  'toast.relay_already': 'Updated {name} in {place} of the web UI',
  'toast.relay_gone': '{name} was not in {place} of the web UI any more',
  'toast.relay_copied': '{why} Copied {name} as a tag, to be pasted.',
  'toast.updated': 'Updated {name} in the prompt',
  'toast.updated_at': 'Updated {name} in {place}',
  'toast.words': ' with “{words}”',
  'fits.not': 'Made for {made}, the loaded model is {loaded}: it will probably not work',
  'toast.image_done': 'The picture is done|{n} pictures are done',
  'toast.generate_failed': 'The generation failed: {error}',
  'toast.show': 'Show',
  'toast.removed': 'Took {name} out',
  'toast.removed_at': 'Took {name} out of {place}',
  'toast.undo': 'Undo',
  'toast.copy_failed': 'The browser did not allow copying.',
  'toast.dismiss': 'Close this message',

  'opening.starting': 'Opening the catalogue …',
  'opening.starting_text': 'It appears here by itself.',
  'opening.unavailable': 'LoRA Manager cannot work yet',
  'opening.login': 'Log in to the web UI: this page then goes on by itself.',
  'opening.login_button': 'Open the login page',

  'job.scan': 'Scan',
  'job.generate': 'Generation',
  'job.install': 'Installing',
  'job.bulk': 'Changing many',
  'job.backup': 'Backup',
  'job.undo': 'Undoing',
  'job.encoder': 'Fetching a text encoder',
  'job.other': 'At work',
  'job.queued': 'Waiting',
  'job.running': 'starting …',
  'job.percent': '{n} %',
  'job.left': '{time} left',
  'job.step': 'Step {done} of {total}',
  'job.cancel': 'Cancel',
  'job.cancelling': 'Cancelling …',

  'error.title': 'That did not work',
  'error.retry': 'Try again',
  'error.too_many': 'The web UI answers only so many requests a minute. Wait a moment, then try again.',
  'error.waiting': 'Too many requests at once: this goes on by itself in a moment.',
  'error.answer_lost': 'The web UI kept the answer back, for it answers only so many requests a minute. It was probably done: look before you do it again.',
  'error.unreachable': 'The LoRA Manager server does not answer. Is it still running?',
};

/**
 * Those of a part that comes later come with it: its file of sentences calls `learn` with them.
 * @typedef {keyof typeof STRINGS | keyof typeof import('./strings/detail.js').DETAIL
 *   | keyof typeof import('./strings/library.js').LIBRARY | keyof typeof import('./strings/bulk.js').BULK
 *   | keyof typeof import('./strings/library-tools.js').LIBRARY_TOOLS
 *   | keyof typeof import('./strings/changes.js').CHANGES
 *   | keyof typeof import('./strings/backups.js').BACKUPS
 *   | keyof typeof import('./strings/recommend.js').RECOMMEND
 *   | keyof typeof import('./strings/learned.js').LEARNED} StringName
 */

/** @type {Record<string, string>} */
const known = { ...STRINGS };

/** @param {Record<string, string>} more */
export function learn(more) {
  Object.assign(known, more);
}

/** @param {string} name @returns {name is StringName} */
export function isString(name) {
  return name in known;
}

/**
 * @param {StringName} name
 * @param {Record<string, string|number>} [values] numbers are written with thousands separated
 * @returns {string}
 */
export function t(name, values = {}) {
  // A server of another version may name kinds that have no words here: no reason to show nothing at all.
  const forms = (known[name] ?? name).split('|');
  const text = forms.length > 1 && values.n !== 1 ? forms[1] : forms[0];
  return text.replace(/\{(\w+)\}/g, (whole, key) => {
    const value = values[key];
    return typeof value === 'number' ? count(value) : (value ?? whole);
  });
}
