/** Whether a LoRA can work with the model that the host has loaded, as far as both are known. */

import { t } from '../strings.js';

/**
 * @import {Session} from './session.js'
 * @import {InPrompt} from './prompt.js'
 * @import {Card} from './types.js'
 */

/** Families of one architecture by its name; a family that is not here is its own. In doubt a LoRA fits. */
const ARCHITECTURE = /** @type {Record<string, string>} */ ({
  Pony: 'SDXL', Illustrious: 'SDXL', NoobAI: 'SDXL', Chroma: 'Flux.1', 'SD 3.5': 'SD 3', 'LTX-2': 'LTX-Video',
  'Pony V7': 'AuraFlow', AnimateDiff: 'SD 1.5',
});

/** @param {string} family */
function architecture(family) {
  return family.startsWith('Flux.2') ? 'Flux.2' : (ARCHITECTURE[family] ?? family);
}

/**
 * @param {Session} session
 * @param {Partial<Card>|undefined} card
 * @returns {string} why it will not work, "" where nothing is against it
 */
export function whyUnfit({ host }, card) {
  const made = card?.family ?? '';
  const loaded = host.state.info?.model?.family ?? '';
  return made && loaded && architecture(made) !== architecture(loaded) ? t('fits.not', { made, loaded }) : '';
}

/**
 * What a chip or a row shows of an adapter in the prompt.
 * @param {Session} session
 * @param {InPrompt} adapter
 */
export function shownOf(session, adapter) {
  const card = session.cards.get(adapter.id);
  const missing = adapter.known === false || card?.state === 'missing';
  const name = card?.name ?? adapter.name;
  const unfit = missing ? '' : whyUnfit(session, card);
  const label = missing ? t('strip.not_installed', { name }) : name;
  return { card, missing, name, unfit, label, title: unfit ? `${label}\n${unfit}` : label };
}
