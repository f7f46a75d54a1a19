/** The shapes of the HTTP API, for the type checker: no browser asks for this file. */

export type FileState = 'present'|'incomplete'|'missing'|'trashed';

/** One adapter in a list. */
export interface Card {
  id: number;
  name: string;
  version: string;
  author: string;
  base_model: string;
  family: string;
  tag_name: string;
  file_name: string;
  relative_path: string;
  folder: string;
  root_id: number|null;
  state: FileState;
  trigger_groups: string[][];
  default_group: number;
  weight: number;
  weight_source: string;
  uses: number;
  last_used_at: string|null;
  favourite: boolean;
  rating: number|null;
  archetype: string;
  nsfw_level: number|string|null;
  size: number|null;
  algorithm: string;
  rank: number|null;
  published_at: string|null;
  added_at: string|null;
  modified_at: string|null;
  downloads: number|null;
  active: boolean;
  preview: string|null;
  hidden_by?: string|null; // the file the host reads by the name that both have
  score?: number|null;
}

export interface AdapterFile {
  path: string;
  root: string;
  relative_path: string;
  size: number;
  mtime: string|number|null;
  sha256: string|null;
  sha256_state: string;
  autov2?: string|null;
  autov3?: string|null; // the one that stands in the file
  autov3_computed?: string|null;
  state: FileState;
  download_url: string|null;
}

export interface Sidecar {
  path: string;
  format: string;
  size: number;
  mtime: string|number|null;
  last_read_at: string|null;
  problem: string|null;
}

export interface RecentUse {
  generation_id: number;
  image_id: number|null;
  created_at: string;
  weight: number;
}

/** What the file's own keys and shapes say. */
export interface Network {
  algorithm: string;
  naming: string;
  rank: number|null;
  rank_max: number|null;
  alpha: number|null;
  dtype: string;
  size: number|null;
  modules: Record<string, number>;
  ranks: Record<string, number>;
  alphas?: number[];
  dora?: boolean;
  embeddings?: number;
  trainer?: string;
  evidence: {what: string, source: string}[];
}

export interface DetailFields {
  canonical_version_name: string;
  description_html: string;
  description?: string|null; // as it is stored
  author_username: string;
  visibility: string;
  tags: string[];
  trained_words: string[];
  activation_text: string|null;
  negative_text: string|null;
  notes: string|null;
  ordinal: number|null;
  supports_generation: boolean|null;
  sd_version: string;
  stats: Record<string, unknown>;
  extra: Record<string, unknown>;
  sources: Record<string, string>;
  edited: string[];
  weight_min?: number|null;
  weight_max?: number|null;
  sources_said?: Record<string, {value: any, source: string}>; // of what was edited
  former_names?: {tag_name: string, until: string}[];
  alpha: number|null;
  network?: Network|null;
  model_url: string|null;
  files: AdapterFile[];
  sidecars: Sidecar[];
  recent: RecentUse[];
}

export type Detail = Card & DetailFields;

export interface CardPage {
  total: number;
  library_total: number;
  revision: number;
  items: Card[];
  hints: {message: string, at: number}[];
  suggestion: string|null; // a search text that finds something, where this one finds nothing
  fit: {family: string, label: string, hidden: number}|null; // how many the loaded model's family leaves out
}

export type FacetValue = {value: string, count: number};

export interface Facets {
  revision: number;
  total: number;
  base_models: FacetValue[];
  tags: FacetValue[]; // the most frequent
  types: FacetValue[];
  archetypes: FacetValue[];
  authors: FacetValue[]; // the most frequent
  flags: Record<string, number>;
  folders: FacetValue[]; // at the top
}

export type FacetValues = {values: FacetValue[]}; // one facet, searched
export type Folder = {path: string, name: string, count: number, has_children: boolean};
export type FolderList = {folders: Folder[]};

/** `text` takes the place of what stands from `start` to `end`, in characters. */
export interface Completion {
  start: number;
  end: number;
  items: {text: string, label: string, kind: string, count: number|null, detail: string}[];
}

export interface SavedFilter {
  id: number;
  name: string;
  query: {
    q: string, include: string[], exclude: string[], all: string[], any: string[], sort: string, fits: boolean,
  };
}

export interface ComposedAdapter {
  id: number|null;
  name: string;
  tag_name: string;
  weight: number;
  known: boolean;
  preview?: string|null;
  renamed_to?: string|null; // the tag name it has now, where this is a former one
}

export interface Composed {
  prompt: string;
  added: number[];
  removed: number[];
  adapters: ComposedAdapter[];
}

export type ToAdd = {id: number, weight?: number, triggers?: string[]};
export type JobState = 'queued'|'running'|'done'|'failed'|'cancelled'|'interrupted';

export interface Job {
  id: number|string;
  kind: 'scan'|'generate'|'install'|'bulk'|'backup'|'undo'|'empty_trash'|'encoder'|'other';
  state: JobState;
  done: number;
  total: number;
  message: string;
  eta_seconds: number|null;
  created_at: string;
  started_at: string|null;
  finished_at: string|null;
  error: string|null; // "" or null while nothing went wrong
  result: any;
  user_name?: string|null; // whose it is, where there are logins
}

export interface ScanResult {
  found: number;
  added: number;
  updated: number;
  unchanged: number;
  removed: number;
  problems: number;
  seconds: number;
  files_per_second: number;
  roots_offline: string[];
}

export interface ImageRef {
  id: number;
  seed: number;
  width: number;
  height: number;
  rating?: number|null;
  favourite?: boolean;
}

export interface GenerateResult {
  generation_id: number|null;
  images: ImageRef[];
  applied: {tag_name: string, id: number|null, name: string, weight: number}[];
  refused: {tag_name: string, reason: string}[];
  infotext: string;
  seconds: number;
  interrupted: boolean;
  notes: string[];
}

export interface GenerateRequest {
  prompt: string;
  negative_prompt: string;
  width: number;
  height: number;
  steps: number;
  cfg_scale: number;
  seed: number;
  sampler: string;
  batch_size: number;
}

export interface Use {
  id: number|null;
  tag_name: string;
  name: string;
  te_weight: number;
  unet_weight: number;
}

export interface Generation {
  id: number;
  created_at: string;
  prompt: string;
  negative_prompt: string;
  model: string;
  width: number;
  height: number;
  steps: number;
  cfg_scale: number;
  sampler: string;
  seed: number;
  seconds: number|null;
  interrupted: boolean;
  host: string;
  images: ImageRef[];
  uses: Use[];
  infotext?: string;
  user_name?: string|null;
  refused?: {tag_name: string, reason: string}[];
}

export interface Analytics {
  days: number;
  tiles: {
    adapters: number, used: number, never_used: number, generations: number, images: number, uses: number,
    seconds: number,
  };
  over_time: {day: string, generations: number, images: number, uses: number}[];
  top: {id: number, name: string, uses: number, weight: number|null, preview: string|null, base_model: string}[];
  by_base_model: {base_model: string, adapters: number, uses: number}[];
}

export interface Root {
  id: number;
  path: string;
  online: boolean;
  files: number;
  missing: number;
  incomplete: number;
  last_scan_at: string|null;
}

/** Where the hashing of the files stands. */
export interface Hashing {
  state: 'running'|'paused'|'idle'|'waiting';
  slow_for: ''|'generation'|'scan'; // why it waits
  elsewhere: boolean; // another process on the same database does it
  done: number; // files
  total: number;
  bytes_done: number;
  bytes_total: number;
  mb_per_second: number;
  eta_seconds: number|null;
  current: string[];
  errors: number;
}

/** Who may do what here. */
export interface Access {
  login: boolean; // whether the web UI asks for one
  user_name: string|null;
  may_change_settings: boolean;
  reason: string; // why not, "" otherwise
  opens_folders?: boolean; // on the machine of who asks
}

export type Token = {id: number, name: string, created_at: string, last_used_at: string|null};

/** One that makes something better and is not needed. */
export interface Package {
  name: string;
  state: 'installed'|'missing'|'unfit'|'installing';
  version: string|null;
  what: string; // what it is for
  plan: string; // what installing it would do
  can_install: boolean;
  reason: string; // why not, "" otherwise
}

export interface Library {
  roots: Root[];
  totals: {adapters: number, files: number, problems: number, tags: number};
  database: {path: string, bytes: number};
  data_dir: string;
  output_dir: string;
  host: {name: string, version: string};
  demo: boolean;
  version: string;
  access: Access;
}

export interface Problem {
  id: number;
  path: string;
  kind: string;
  message: string;
  first_seen: string;
  last_seen: string;
}

export type GenerationPage = {total: number, items: Generation[]};
export type ProblemPage = {total: number, items: Problem[]};
export type TokenList = {items: Token[]};
export type PackageList = {items: Package[]};

export interface HostInfo {
  name: string;
  version: string;
  state: 'idle'|'busy';
  model: {name: string, path: string, family: string, note: string}|null;
  samplers: string[];
  defaults: {width: number, height: number, size_step: number, steps: number, cfg_scale: number, sampler: string};
  cannot_generate: string;
}

export type Health = {status: string, version: string, web_version: string, database: string};

/** Where a wish from another page was fulfilled; `what` came of it, "" where an older page does not say. */
export type Inserted = {place: string, what?: ''|'added'|'removed'|'already'};
