/** Entry in a host's page: our parts stand in its tabs, and the prompt is kept in its prompt boxes. */

import { getSession } from '../boot.js';
import { announceJobs, announceUpdates } from '../core/news.js';
import { isTab } from '../core/elements.js';
import { PromptBoxes } from './prompt-boxes.js';
import { isPartShown, showPart } from './tabs.js';

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
