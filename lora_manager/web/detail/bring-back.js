/** A LoRA that lies in the trash, opened by an old link or from a prompt: out of the trash again. */

import { sentence } from '../core/actions.js';
import { readTrash, restoreTrashed } from '../core/api-tools.js';
import { t } from '../strings.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Card} from '../core/types.js'
 */

const PAGE = 200;

/** @param {Session} session @param {number} id @returns {Promise<number|null>} its place in the trash */
async function placeOf({ api }, id) {
  for (let offset = 0; ; offset += PAGE) {
    const { items, total } = await readTrash(api, { limit: PAGE, offset });
    const found = items.find((item) => item.adapter_id === id);
    if (found || offset + PAGE >= total) {
      return found?.id ?? null;
    }
  }
}

/** @param {Session} session @param {Pick<Card, 'id'|'name'>} card */
export async function bringBack(session, { id, name }) {
  const { api, toasts } = session;
  try {
    const place = await placeOf(session, id);
    if (place !== null) {
      await restoreTrashed(api, place);
      toasts.show(t('files.restored', { name }), { about: 'deleted' });
    }
  } catch (error) {
    toasts.show(sentence(error), { kind: 'error', about: 'deleted' });
  }
}
