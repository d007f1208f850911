import type { Refusal } from '../answers.ts';
import { type Authenticated, authenticate } from '../api.ts';
import type { Say } from '../texts/index.ts';
import { button } from '../ui/controls.ts';
import { credentialsForm } from '../ui/credentials-form.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';
import { timeLeft } from '../ui/time-left.ts';
import { unexpected } from '../ui/unexpected.ts';
import { showDone } from './done.ts';
import { type Enrolment, startAgain } from './enrolment.ts';
import { showOver } from './over.ts';

/**
 * Step 3: the first login with the new credentials, which makes them count. During a renewal the old
 * ones still log in, so a success that activated nothing means that the old ones were typed.
 */
export function showCheckStep(enrolment: Enrolment, until: number): void {
  let lost = false;

  const accept = (value: Authenticated, doubtful: boolean): Say | null => {
    if (enrolment.renewal && !value.activated && !doubtful) return (t) => t.check.oldOnes;
    showDone(value, enrolment.renewal);
    return null;
  };
  const refuse = (refusal: Refusal): Say =>
    enrolment.renewal && refusal.kind === 'expired' ? (t) => t.check.oldOnes : unexpected(refusal);

  present((signal) => ({
    tab: (t) => t.steps.tab(3, t.check.heading),
    heading: (t) => t.check.heading,
    step: 3,
    body: [
      h('p', { class: 'lead' }, (t) => t.check.lead),
      enrolment.renewal ? h('p', { class: 'aside' }, (t) => t.check.newOnes) : null,
      credentialsForm({
        login: enrolment.login,
        settled: true,
        submit: (t) => t.check.submit,
        testid: 'submit-button',
        signal,
        send: async (credentials) => {
          const answer = await authenticate(credentials);
          lost ||= answer.kind === 'lost' || (answer.kind === 'busy' && !answer.certain);
          return answer;
        },
        accept,
        refuse,
      }),
      timeLeft(until, signal, () => showOver(enrolment, lost)),
      h(
        'details',
        {},
        h('summary', {}, (t) => t.check.stuck),
        h('p', {}, (t) => t.check.stuckHelp),
        button(
          (t) => t.over.again,
          'secondary',
          () => startAgain(enrolment),
          hook('restart-button'),
        ),
      ),
    ],
  }));
}
