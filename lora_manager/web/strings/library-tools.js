/** Sentences of the Library's tools: history, trash, duplicates, settings. They come with these. */

import { learn } from '../strings.js';

export const LIBRARY_TOOLS = {
  'part.overview': 'Overview',
};

learn(LIBRARY_TOOLS);
