/** The fields of the Generate tab. */

import { icons } from '../ui/icons.js';
import { numberInput } from '../ui/number-input.js';
import { t } from '../strings.js';
import { html, live } from '../vendor/lit.js';
import { fit, limits, PRESETS } from './params.js';

/**
 * @import {NumberName, Params} from './params.js'
 */

/** @typedef {(change: Partial<Params>) => void} Change */

/**
 * @param {NumberName} name
 * @param {Params} params
 * @param {Change} change
 */
function numberField(name, params, change) {
  const take = (/** @type {number} */ typed) => {
    const value = fit(name, typed);
    change({ [name]: value });
    return String(value);
  };
  return numberInput({ label: t(`generate.${name}`), text: String(params[name]), step: limits(name).step, take });
}

/**
 * @param {NumberName} name
 * @param {Params} params
 * @param {Change} change
 * @param {number} most how far the slider goes
 */
function sliderField(name, params, change, most) {
  const { min, step } = limits(name);
  const fill = Math.min(100, (100 * (params[name] - min)) / (most - min));
  return html`<div class="labelled"><span class="label">${t(`generate.${name}`)}</span>
    <div class="slider"><input type="range" min=${min} max=${most} step=${name === 'cfg' ? 0.5 : step}
      .value=${live(String(params[name]))} style="--fill:${fill}%" aria-label=${t(`generate.${name}`)}
      @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => change({ [name]: fit(name, event.target.valueAsNumber) })}>
      ${numberField(name, params, change)}</div></div>`;
}

/** @param {Params} params @param {Change} change */
export function sizeFields(params, change) {
  const { width, height } = params;
  return html`<div class="labelled"><span class="label">${t('generate.size')}</span>
    <div class="presets">${PRESETS.map(([w, h]) => html`<button class="btn tiny" aria-pressed=${w === width && h === height}
      @click=${() => change({ width: w, height: h })}><i style="aspect-ratio:${w}/${h};${w >= h ? 'width:10px' : 'height:10px'}"></i>${w}×${h}</button>`)}</div>
    <div class="size">${numberField('width', params, change)}
      <button class="btn quiet icon" aria-label=${t('generate.swap')} title=${t('generate.swap')}
        @click=${() => change({ width: height, height: width })}>${icons.swap}</button>
      ${numberField('height', params, change)}</div></div>`;
}

/** @param {Params} params @param {Change} change */
export function stepFields(params, change) {
  return html`${sliderField('steps', params, change, 60)}${sliderField('cfg', params, change, 15)}`;
}

/** @param {Params} params @param {string[]} samplers @param {number|null} lastSeed @param {Change} change */
export function otherFields(params, samplers, lastSeed, change) {
  const names = samplers.includes(params.sampler) || params.sampler === '' ? samplers : [params.sampler, ...samplers];
  return html`<div class="pair">
    <label class="labelled"><span class="label">${t('generate.sampler')}</span>
      <span class="select"><select class="field" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => change({ sampler: event.target.value })}>
        ${names.map((name) => html`<option value=${name} ?selected=${name === params.sampler}>${name}</option>`)}
      </select></span></label>
    <label class="labelled"><span class="label">${t('generate.batch')}</span>${numberField('batch', params, change)}</label>
  </div>
  <div class="labelled"><span class="label">${t('generate.seed')}</span>
    <div class="seed">${numberField('seed', params, change)}
      <button class="btn icon" aria-pressed=${params.seed === -1} aria-label=${t('generate.random')} title=${t('generate.random')}
        @click=${() => change({ seed: -1 })}>${icons.dice}</button>
      <button class="btn icon" ?disabled=${lastSeed === null} aria-label=${t('generate.last_seed')} title=${t('generate.last_seed')}
        @click=${() => lastSeed !== null && change({ seed: lastSeed })}>${icons.again}</button></div></div>`;
}

/** @param {Params} params @param {Change} change */
export function negativeField(params, change) {
  return html`<label class="labelled"><span class="label">${t('generate.negative')}</span>
    <textarea class="field negative" rows="2" spellcheck="false" .value=${live(params.negative)}
      placeholder=${t('generate.negative_placeholder')}
      @input=${(/** @type {Event & {target: HTMLTextAreaElement}} */ event) => change({ negative: event.target.value })}></textarea></label>`;
}
