/** What the user is told wherever they look: jobs that end, and a server that changed under the page. */

import { rememberReload } from './version-check.js';
import { WEB_VERSION } from './base.js';
import { t } from '../strings.js';

/** @import {Session} from './session.js' */

/**
 * Say that a picture is done, or failed, to a user who looks elsewhere.
 * @param {Session} session
 * @param {() => boolean} looking whether the user looks at the Generate tab
 * @returns {() => void} stop
 */
export function announceJobs(session, looking) {
  return session.jobs.onFinished((job) => {
    if (job.kind !== 'generate' || looking()) {
      return;
    }
    const n = job.result?.images?.length ?? 0;
    if (job.state === 'failed') {
      session.toasts.show(t('toast.generate_failed', { error: job.error ?? '' }), { kind: 'error' });
    } else if (n > 0) {
      const show = { label: t('toast.show'), run: () => session.go('generate') };
      session.toasts.show(t('toast.image_done', { n }), { action: show });
    }
  });
}

/** Load the page again because the server has another version of it. @param {Session} session */
export function reloadForUpdate(session) {
  rememberReload(WEB_VERSION, session.server.state.webVersion);
  location.reload();
}

/** Say, once, that this page is not the server's, where there is no shell that does. @param {Session} session */
export function announceUpdates(session) {
  session.server.subscribe(({ advice }, { advice: before }) => {
    if (advice !== '' && advice !== before) {
      const reload = { label: t('app.reload_button'), run: () => reloadForUpdate(session) };
      const action = advice === 'restart' ? null : reload;
      session.toasts.show(t(`app.${advice}`), { action, about: 'version', stays: true });
    }
  });
}
