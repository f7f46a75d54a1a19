/** Sentences of the details of one LoRA: editing, history, what is done with its files. They come with lm-detail. */

import { learn } from '../strings.js';

export const DETAIL = {
  'edit.edit': 'Edit {name}',
};

learn(DETAIL);
