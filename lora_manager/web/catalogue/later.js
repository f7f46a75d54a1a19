/** What the Catalogue tab needs besides its cards. It comes when the first of them are there. */

import './lm-facets.js';
import './lm-preview.js';
import '../strip/lm-strip.js';
