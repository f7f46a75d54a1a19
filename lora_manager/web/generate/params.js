/** What a generation is asked with besides the prompt, kept for the page and remembered in this browser. */

import { readPref, writePref } from '../core/prefs.js';
import { Store } from '../core/store.js';

/** @import {Generation, GenerateRequest, HostInfo} from '../core/types.js' */

/**
 * @typedef {object} Params
 * @property {string} negative
 * @property {number} width
 * @property {number} height
 * @property {number} steps
 * @property {number} cfg
 * @property {number} seed -1 for another one each time
 * @property {string} sampler "" until the host told which it has
 * @property {number} batch
 */

/** @type {Params} */
export const DEFAULTS = { negative: '', width: 512, height: 512, steps: 20, cfg: 7, seed: -1, sampler: '', batch: 1 };

/** Sizes offered, by the side length that model families were trained with. */
export const PRESETS = /** @type {const} */ ([
  [512, 512], [512, 768], [768, 512], [1024, 1024], [832, 1216], [1216, 832],
]);

/** @type {Record<'width'|'height'|'steps'|'cfg'|'batch'|'seed', [number, number, number]>} least, most, step */
const LIMITS = {
  width: [64, 2048, 8],
  height: [64, 2048, 8],
  steps: [1, 150, 1],
  cfg: [0, 30, 0.1],
  batch: [1, 16, 1],
  seed: [-1, 2 ** 32 - 1, 1],
};

/** @typedef {keyof typeof LIMITS} NumberName */

/**
 * @param {NumberName} name
 * @param {number} value
 * @returns {number} the nearest value that may be asked for
 */
export function fit(name, value) {
  const [least, most, step] = LIMITS[name];
  if (!Number.isFinite(value)) {
    return DEFAULTS[name];
  }
  const stepped = Math.round(Math.round(value / step) * step * 100) / 100;
  return Math.max(least, Math.min(most, stepped));
}

/** @param {NumberName} name @returns {{min: number, max: number, step: number}} */
export function limits(name) {
  const [min, max, step] = LIMITS[name];
  return { min, max, step };
}

/** @param {unknown} stored what the browser kept: anything may stand there @returns {Params|null} */
function checked(stored) {
  if (typeof stored !== 'object' || stored === null) {
    return null;
  }
  const given = /** @type {Record<string, any>} */ (stored);
  const params = { ...DEFAULTS };
  for (const name of /** @type {NumberName[]} */ (Object.keys(LIMITS))) {
    params[name] = fit(name, Number(given[name] ?? DEFAULTS[name]));
  }
  params.negative = String(given.negative ?? '');
  params.sampler = String(given.sampler ?? '');
  return params;
}

/** @extends {Store<Params>} */
export class ParamsStore extends Store {
  #chosen;

  constructor() {
    const stored = checked(readPref('params', null));
    super(stored ?? DEFAULTS);
    this.#chosen = stored !== null;
  }

  /** @override @param {Partial<Params>} patch */
  set(patch) {
    super.set(patch);
    this.#chosen = true;
    writePref('params', this.state);
  }

  /** Start from the host's own defaults unless the user has chosen before. @param {HostInfo} host */
  adopt(host) {
    const { samplers, defaults } = host;
    LIMITS.width[2] = defaults.size_step;
    LIMITS.height[2] = defaults.size_step;
    if (!this.#chosen) {
      const { width, height, steps, cfg_scale: cfg, sampler } = defaults;
      super.set({ width, height, steps, cfg, sampler });
    }
    if (!samplers.includes(this.state.sampler)) {
      super.set({ sampler: samplers.includes(defaults.sampler) ? defaults.sampler : (samplers[0] ?? '') });
    }
  }
}

/**
 * @param {string} prompt
 * @param {Params} params
 * @returns {GenerateRequest}
 */
export function requestOf(prompt, { negative, width, height, steps, cfg, seed, sampler, batch }) {
  return {
    prompt, negative_prompt: negative, width, height, steps, cfg_scale: cfg, seed, sampler, batch_size: batch,
  };
}

/** @param {Generation} generation @returns {Params} */
export function paramsOf(generation) {
  return {
    negative: generation.negative_prompt,
    width: generation.width,
    height: generation.height,
    steps: generation.steps,
    cfg: generation.cfg_scale,
    seed: generation.seed,
    sampler: generation.sampler,
    batch: Math.max(1, generation.images.length),
  };
}
