/** Entry in a host's page: our parts stand in its tabs, and the prompt is kept in its prompt boxes. */

import { getSession } from '../boot.js';
import { announceJobs, announceUpdates } from '../core/news.js';
import { isTab } from '../core/elements.js';
import { standReady } from '../core/relay.js';
import { keepHintsOff } from './hints.js';
import { lendKeys } from './keys.js';
import { PromptBoxes } from './prompt-boxes.js';
import { isPartShown, nameInRail, showPart } from './tabs.js';
import { t } from '../strings.js';

export { getSession };

const session = getSession();
session.prompt.connect(new PromptBoxes());

session.nav.subscribe(({ wish }, { wish: before }) => {
  if (wish && wish.at !== before?.at && isTab(wish.tab)) {
    showPart(wish.tab);
  }
});

announceJobs(session, () => isPartShown('generate'));
announceUpdates(session);
standReady(session);
lendKeys();
keepHintsOff();

/** The rail comes late, where there is one. @param {number} times to look for it */
function nameUs(times) {
  if (!nameInRail(t('app.title')) && times > 0) {
    setTimeout(() => nameUs(times - 1), 1000);
  }
}
nameUs(120);
