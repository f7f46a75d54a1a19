/** The shapes of the HTTP API around changes, for the type checker: no browser asks for this file. */

import type { Detail, Job } from './types.js';

/** What was done at once, and is undone at once. */
export interface ChangeSet {
  id: number;
  created_at: string;
  user_name: string|null;
  by: 'page'|'api'|'cli'|'scan';
  kind: SetKind;
  what: Record<string, any>;
  state: 'open'|'done'|'stopped';
  count: number;
  undoes: number|null;
  undone_by: number|null;
  touches_files?: boolean;
  can_undo: boolean;
  why_not: string;
  sample?: Change[]; // the first of its changes, where there are few
}

export type SetKind = 'edit'|'bulk_edit'|'import'|'move'|'rename'|'trash'|'restore_file'|'write_back'|'export_sidecars'
  |'undo'|'back_to'|'hash';

/** One thing that changed: a field of an adapter, or "file", "trash", "sidecar". */
export interface Change {
  id: number;
  set_id: number;
  at: string;
  user_name: string|null;
  by: ChangeSet['by'];
  kind: SetKind;
  adapter_id: number|null;
  name: string;
  field: string;
  old: any;
  new: any;
  old_source: string;
  new_source: string;
  can_revert: boolean;
  why_not: string;
}

export type SetPage = {total: number, items: ChangeSet[]};
export type ChangePage = {total: number, items: Change[]};
export type OneSet = ChangeSet & ChangePage;
export type Skipped = {id: number|null, name: string, field: string, why: string};

/** What taking something back came to; where it is much, a job does it. */
export interface Reverted {
  job?: Job|null;
  set_id?: number|null;
  reverted?: number;
  skipped?: Skipped[]; // the first hundred
  skipped_count?: number;
}

export type BackTo = {changes: number, adapters: number, files: number};
export type Changed = Detail & {change_set: number|null};

/** Which adapters: these, or all that match but some. */
export type Chosen = {ids: number[]}|{
  filters: {q?: string, include?: string[], exclude?: string[], all?: string[], any?: string[], fits?: boolean},
  except?: number[],
};

/** A list of more than a page can name. */
export type BulkAction = 'tags'|'edit'|'reread'|'copy_tags'|'move'|'rename'|'organise'|'delete'|'write_back'
  |'export_sidecars'|'confirm_hashes';

export interface BulkResult {
  set_id: number|null;
  changed: number;
  problems: {id: number, name: string, why: string}[]; // the first hundred
  problem_count: number;
  text?: string; // of copy_tags
}

export interface BulkPreview {
  total: number;
  problems: number;
  unchanged: number;
  items: {id: number, name: string, from: string, to: string, problem: string}[];
}

export interface Trashed {
  id: number;
  adapter_id: number|null;
  name: string;
  path: string;
  size: number;
  deleted_at: string;
  user_name: string|null;
  days_left: number|null;
  preview: string|null;
  problem: string;
}

export type TrashPage = {total: number, bytes: number, days: number, items: Trashed[]};

export type DuplicateKind = 'file'|'tensors'|'version'|'name';

export interface Duplicate {
  id: number;
  name: string;
  tag_name: string;
  path: string;
  root_id: number|null;
  folder: string;
  size: number|null;
  modified_at: string|null;
  uses: number;
  rating: number|null;
  favourite: boolean;
  edited: boolean;
  preview: string|null;
  version: string;
  sha256_state: string;
  reached: boolean; // by its name, in this host
  suggested_name: string;
}

export interface DuplicateGroup {
  key: string;
  kind: DuplicateKind;
  confirmed: boolean;
  keep: number;
  why: string;
  items: Duplicate[];
}

export interface Duplicates {
  groups: Record<DuplicateKind, number>;
  bytes: number; // that deleting all but the kept ones of this kind gives back
  total: number;
  items: DuplicateGroup[];
}

export interface Backup {
  name: string;
  created_at: string;
  reason: string;
  bytes: number;
  database_bytes: number;
  schema: string;
  version: string;
  counts: Record<string, number>;
  verified: boolean;
  problem: string; // what is wrong with it, "" for nothing
}

export interface Backups {
  folder: string;
  items: Backup[];
  next_at: string|null;
  running: boolean;
  last_error: string|null;
  why_not?: string; // why none can be made of this database
}

export interface BackupDifferences {
  created_at: string;
  tables: {name: string, now: number|null, then: number}[];
  adapters: {only_now: number, only_then: number, edited_since: number, names_now?: string[], names_then?: string[]};
  unreadable?: string; // why the database of now cannot be looked at
}

export type Settings = Record<string, string|number|boolean|null>;
