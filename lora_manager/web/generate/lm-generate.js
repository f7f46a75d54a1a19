/** The tab to come. */

import { define, MountElement } from '../ui/element.js';

export class X extends MountElement {
  static styles = MountElement.mountStyles();
}

define('lm-generate', X);
