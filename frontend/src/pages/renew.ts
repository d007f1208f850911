import type { Answer, Refusal } from '../answers.ts';
import { type Enrolling, rotate } from '../api.ts';
import { enrolmentFrom } from '../enrolment/enrolment.ts';
import { showPasswordStep } from '../enrolment/password.ts';
import { patiently } from '../patience.ts';
import { go, type HandOver } from '../router.ts';
import type { Say } from '../texts/index.ts';
import { credentialsForm } from '../ui/credentials-form.ts';
import { h } from '../ui/dom.ts';
import { type Notice, notice } from '../ui/notice.ts';
import { present } from '../ui/stage.ts';
import { unexpected } from '../ui/unexpected.ts';

/** Renew: with the ticket an expired login gave, or with the credentials that still work. */
export function showRenew(given: HandOver): void {
  if (given.ticket === undefined) askForCredentials(given);
  else renewWithTicket(given.ticket);
}

const begun = (value: Enrolling): null => {
  showPasswordStep(enrolmentFrom(value));
  return null;
};

function askForCredentials({ login = '', words }: HandOver): void {
  present((signal) => ({
    tab: (t) => t.renew.heading,
    heading: (t) => t.renew.heading,
    body: [
      h('p', { class: 'lead' }, (t) => t.renew.lead),
      h('p', { class: 'aside' }, (t) => t.renew.oldStay),
      credentialsForm({
        login,
        settled: false,
        submit: (t) => t.renew.submit,
        testid: 'submit-button',
        signal,
        send: rotate,
        accept: begun,
        refuse,
        words,
      }),
    ],
  }));
}

/** Credentials that have ended in the meantime are as good a start: the ticket takes over. */
function refuse(refusal: Refusal): Say | null {
  if (refusal.kind !== 'expired') return unexpected(refusal);
  renewWithTicket(refusal.ticket);
  return null;
}

function renewWithTicket(ticket: string): void {
  present((signal) => {
    const news = notice(signal);
    void patiently(() => rotate({ ticket }), {
      notice: news,
      signal,
      repeatable: true,
      sending: (t) => t.renew.preparing,
    }).then((answer) => concluded(answer, ticket, news));
    return {
      tab: (t) => t.renew.heading,
      heading: (t) => t.renew.heading,
      body: [h('p', { class: 'aside' }, (t) => t.renew.oldStay), news.element],
    };
  });
}

function concluded(answer: Answer<Enrolling>, ticket: string, news: Notice): void {
  if (answer.kind === 'ok') begun(answer.value);
  else if (answer.kind === 'ticket') go('/login', { words: (t) => t.renew.ticketOver });
  else if (answer.kind === 'wait')
    void news.wait((t, left) => t.form.tooMany(left), answer.seconds).then(() => renewWithTicket(ticket));
  else
    void news
      .ask(answer.kind === 'disabled' ? (t) => t.form.disabled : unexpected(answer), (t) => t.trouble.again)
      .then(() => renewWithTicket(ticket));
}
