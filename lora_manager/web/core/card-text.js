/** What a card and a row say of a LoRA. */

import * as format from './format.js';
import { t } from '../strings.js';

/** @import {Card} from './types.js' */

/** @param {Card} card */
export function firstTriggers(card) {
  return (card.trigger_groups[card.default_group] ?? card.trigger_groups[0] ?? []).join(', ');
}

/** @param {Pick<Card, 'tag_name'|'weight'>} card @param {number} [weight] @returns {string} as a prompt has it */
export function tagOf(card, weight = card.weight) {
  return `<lora:${card.tag_name}:${format.weight(weight)}>`;
}

/**
 * What a screen reader says of it.
 * @param {Card} card
 * @param {number|null} inPrompt its weight there
 */
export function spoken(card, inPrompt) {
  const parts = [card.name, card.base_model, firstTriggers(card)];
  if (inPrompt !== null) {
    parts.push(t('card.in_prompt_at', { weight: format.weight(inPrompt) }));
  }
  if (card.favourite) {
    parts.push(t('card.favourite'));
  }
  return parts.filter(Boolean).join(', ');
}
