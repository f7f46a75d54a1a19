/** Examples of the query language, for its help. */

/** @import {StringName} from '../strings.js' */

/** Each with what it finds. Fields as in search/query/fields.py, with its examples. */
export const EXAMPLES = /** @type {[string, StringName][]} */ ([
  ['ink dragon', 'help.words'],
  ['"ink dragon"', 'help.phrase'],
  ['-chibi', 'help.not'],
  ['ink OR chibi', 'help.or'],
  ['name:lantern', 'help.name'],
  ['tag:anime', 'help.tag'],
  ['trigger:"blue hair"', 'help.trigger'],
  ['base:"SD 1.5"', 'help.base'],
  ['author:someone', 'help.author'],
  ['folder:characters/anime', 'help.folder'],
  ['file:v2', 'help.file'],
  ['type:LoKr', 'help.type'],
  ['note:hands', 'help.note'],
  ['description:watercolour', 'help.description'],
  ['rank:>=32', 'help.rank'],
  ['weight:0.6..0.8', 'help.weight'],
  ['rating:>=4', 'help.rating'],
  ['downloads:>1000', 'help.downloads'],
  ['size:>100mb', 'help.size'],
  ['added:<30d', 'help.added'],
  ['published:>2025-01-01', 'help.published'],
  ['used:0', 'help.used'],
  ['hash:ae1ed34e91', 'help.hash'],
  ['is:favourite', 'help.is'],
]);
