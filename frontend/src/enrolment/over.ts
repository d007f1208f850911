import { go } from '../router.ts';
import { button } from '../ui/controls.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';
import { type Enrolment, startAgain } from './enrolment.ts';

/**
 * The time ran out, or the enrolment was cancelled: what happened, and how to begin again. When the
 * answer to the last check was lost (`doubtful`) the enrolment may be complete, so logging in is offered.
 */
export function showOver(enrolment: Enrolment, doubtful = false): void {
  present(() => ({
    tab: (t) => t.over.heading,
    heading: (t) => t.over.heading,
    body: [
      h('p', { class: 'lead' }, (t) => t.over.lead),
      h('p', {}, (t) => (doubtful ? t.over.doubtful : enrolment.renewal ? t.over.oldStay : t.over.nothingKept)),
      h(
        'div',
        { class: 'actions' },
        button(
          (t) => t.over.again,
          'primary',
          () => startAgain(enrolment),
          hook('restart-button'),
        ),
        doubtful || enrolment.renewal
          ? button(
              (t) => t.nav.login,
              'secondary',
              () => go('/login', { login: enrolment.login }),
            )
          : null,
      ),
    ],
  }));
}
