/** Sentences of what is done with many LoRAs at once. They come with the bar of the selection. */

import { learn } from '../strings.js';

export const BULK = {
  'bulk.actions': 'Actions',
};

learn(BULK);
