/** What one can choose from where free text is taken as well: what the library holds, then what is known besides. */

import { levelBits, LEVELS, turnedLevel } from '../core/levels.js';
import { t } from '../strings.js';
import { html } from '../vendor/lit.js';

/**
 * @import {Api} from '../core/api.js'
 * @import {Option} from './lm-combo.js'
 * @import {Context} from './editable.js'
 */

/** As model sites write them. */
const BASE_MODELS = [
  'SD 1.5', 'SD 2.1', 'SDXL 1.0', 'Pony', 'Pony V7', 'Illustrious', 'NoobAI', 'SD 3', 'SD 3.5 Large', 'SD 3.5 Medium', 'Flux.1 D', 'Flux.1 S',
  'Flux.1 Krea', 'Flux.1 Kontext', 'Flux.2 D', 'Flux.2 Klein 4B', 'Flux.2 Klein 9B', 'Chroma', 'Qwen', 'Z-Image', 'ZImageTurbo',
  'HiDream', 'Hunyuan 1', 'Hunyuan Video', 'Wan Video 1.3B t2v', 'Wan Video 14B t2v', 'Wan Video 14B i2v 480p',
  'Wan Video 14B i2v 720p', 'Wan Video 2.2 T2V-A14B', 'Wan Video 2.2 I2V-A14B', 'LTXV', 'LTXV2', 'CogVideoX', 'Mochi', 'Anima', 'AuraFlow',
  'Kolors', 'Lumina', 'PixArt a', 'PixArt E', 'Sana', 'Stable Cascade', 'SVD', 'Playground v2', 'Other',
];
const ARCHETYPES = [
  'character', 'style', 'concept', 'clothing', 'pose', 'background', 'object', 'vehicle', 'creature', 'building', 'action', 'tool',
  'celebrity',
];

/** @param {string} text @param {string} begins @returns {boolean} whether it, or a word of it, begins so */
export function beginsSo(text, begins) {
  const wanted = begins.toLowerCase();
  return text.toLowerCase().startsWith(wanted) || text.toLowerCase().includes(` ${wanted}`);
}

/**
 * @param {Api} api
 * @param {string} facet
 * @param {string[]} known
 * @returns {(begins: string) => Promise<Option[]>}
 */
function choices(api, facet, known) {
  return async (begins) => {
    const { values } = await api.facetValues({ of: facet, begins }).catch(() => ({ values: [] }));
    const held = values.filter(({ value }) => value).map(({ value, count }) => ({ value, detail: String(count) }));
    const there = new Set(held.map(({ value }) => value.toLowerCase()));
    const rest = known.filter((value) => beginsSo(value, begins) && !there.has(value.toLowerCase()));
    return [...held, ...rest.map((value) => ({ value }))];
  };
}

/** @param {Api} api */
export function baseModels(api) {
  return choices(api, 'base', BASE_MODELS);
}

/** @param {Api} api */
export function archetypes(api) {
  return choices(api, 'archetype', ARCHETYPES);
}

/** Civitai's levels, each turned by a click: a model has pictures of several. @param {Context} context */
export function levels({ detail, editing }) {
  const bits = levelBits(detail.nsfw_level);
  return html`<span class="levels" role="group" aria-label=${t('field.nsfw_level')}>${LEVELS.map((bit) => html`<button class="level"
    aria-pressed=${(bits & bit) > 0} @click=${() => void editing.save(detail, { nsfw_level: turnedLevel(detail.nsfw_level, bit) })}
    >${t(`level.${bit}`)}</button>`)}</span>`;
}
