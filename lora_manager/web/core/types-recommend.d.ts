/** The shapes of the HTTP API around recommendations and what is learned, for the type checker: no browser asks for this. */

import type { Card } from './types.js';

export type RecommendKind = 'prompt'|'description'|'with'|'forgotten'|'trigger';
export type WhyKind = 'words'|'example'|'trigger'|'vector'|'co_use'|'preference'|'quality'|'popularity'|'family';
export type FitKind = 'same'|'usable'|'not'|'unknown';
export type Fit = {kind: FitKind, note: string};

/** A reason with its share of the score; all of an item's are 1 together. */
export type Why = {kind: WhyKind, text: string, share: number};

export interface SuggestedWeight {
  weight: number;
  low: number|null;
  high: number|null;
  source: 'own'|'examples'|'author'|'preferred'|'default';
  why: string;
}

/** Another version of it, or another of its author's that says the same. */
export type Folded = {id: number, name: string, version: string, why: 'version'|'author'};

export type Suggestion = Card & {
  score: number; // 0 to 1
  matched: string[]; // words of the prompt
  reason: string;
  why: Why[];
  example: {text: string, own: boolean}|null; // the example prompt that comes closest
  concepts: number[]; // which of the prompt's it covers
  suggested: SuggestedWeight;
  fit: Fit;
  position: number;
  folded: Folded[];
  words?: {word: string, match: 'exact'|'partial'|'fuzzy'}[]; // found by trigger word
};

/** One thing that the prompt asks for. */
export type Concept = {text: string, start: number, end: number, ids: number[]};

export interface Suggestions {
  session: string;
  kind: RecommendKind;
  reason: string; // why there are none, or few
  concepts: Concept[];
  items: Suggestion[];
  family: string; // that they were chosen for, "" for any
  encoder: string;
  preparing: {done: number, total: number}|null;
}

export interface Ask {
  prompt: string;
  kind: RecommendKind;
  limit: number;
  ids?: number[];
  base?: string;
  any_base?: boolean;
}

export type SimilarBy = 'fused'|'text'|'look'|'technique';
export type Similar = {session: string, by: SimilarBy, available: SimilarBy[], reason: string, items: Suggestion[]};

export interface Insight {
  keywords: {word: string, score: number}[];
  archetype: {value: string, confidence: number, source: 'said'|'guessed'}|null;
  style: {value: string, confidence: number}|null;
  quality: {value: number, parts: {name: string, value: number, weight: number, text: string}[]};
  popularity: number;
  fit: Fit;
  examples: {text: string, weight: number|null, own: boolean}[];
  suggested: SuggestedWeight;
}

export type FeedbackKind = 'accepted'|'inserted'|'dismissed'|'not_here'|'ignored';
/** Where a suggestion stood; null where the user found the LoRA without one. */
export type Shown = {session: string, position: number};

export interface Preference {
  id: number;
  kind: 'tag'|'author'|'base_model'|'archetype'|'style'|'adapter';
  key: string;
  label: string;
  mean: number; // 0 to 1; a half: neither liked nor disliked
  low: number;
  high: number;
  unsure: boolean; // too early to tell
  positive: number;
  negative: number;
  evidence: number;
  updated_at: string;
  source: string;
  pinned: 1|-1|null;
}

export type PreferencePage = {total: number, learning: boolean, items: Preference[]};
export type Evidence = {id: number, at: string, kind: string, adapter: {id: number, name: string}|null, value: number|null, effect: number};

export type EvidencePage = {items: Evidence[]};

export interface Recommender {
  digests: {done: number, total: number};
  vectors: {kind: string, done: number, total: number}[];
  encoder: {
    name: string,
    state: 'none'|'loading'|'ready'|'failed',
    reason: string,
    choices: {name: string, label: string, megabytes: number|null, installed: boolean}[],
  };
  work?: {
    state: 'idle'|'running'|'waiting'|'stopped',
    waits_for: string, // "generation" or "scan"
    per_second: number,
    eta_seconds: number|null,
  };
  ranker: {name: string};
  index: {adapters: number, bytes: number};
}

export type RatedImage = {id: number, rating: number|null, favourite: boolean};
