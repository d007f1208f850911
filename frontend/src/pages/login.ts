import type { Refusal } from '../answers.ts';
import { type Authenticated, authenticate } from '../api.ts';
import { serverNow } from '../clock.ts';
import { written } from '../dates.ts';
import { validity } from '../enrolment/done.ts';
import { go, type HandOver } from '../router.ts';
import type { Say } from '../texts/index.ts';
import { button } from '../ui/controls.ts';
import { credentialsForm } from '../ui/credentials-form.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';
import { unexpected } from '../ui/unexpected.ts';

const FORTNIGHT_MS = 14 * 86_400_000;

/** Log in: three fields; six digits go by themselves. */
export function showLogin({ login = '', words }: HandOver): void {
  present((signal) => ({
    tab: (t) => t.login.heading,
    heading: (t) => t.login.heading,
    body: [
      credentialsForm({
        login,
        settled: false,
        submit: (t) => t.login.submit,
        testid: 'submit-button',
        signal,
        send: authenticate,
        accept: (value) => {
          showLoggedIn(value);
          return null;
        },
        refuse,
        words,
      }),
    ],
  }));
}

function refuse(refusal: Refusal): Say | null {
  if (refusal.kind !== 'expired') return unexpected(refusal);
  showExpired(refusal.expiredAt, refusal.ticket);
  return null;
}

function showLoggedIn({ login, credentialsExpireAt }: Authenticated): void {
  const expiry = Date.parse(credentialsExpireAt);
  const soon = expiry - serverNow() < FORTNIGHT_MS;
  present(() => ({
    tab: (t) => t.login.done,
    heading: (t) => t.login.done,
    achieved: true,
    body: [
      h('p', { class: 'lead' }, (t) => t.login.doneLead(login)),
      validity(expiry),
      ...(soon
        ? [
            h('p', { class: 'aside' }, (t) => t.login.soon),
            h(
              'div',
              { class: 'actions' },
              button(
                (t) => t.login.renew,
                'primary',
                () => go('/renew', { login }),
                hook('renew-button'),
              ),
            ),
          ]
        : []),
    ],
  }));
}

/** Six months have passed. Nothing is wrong: one button, and the ticket goes along in memory only. */
function showExpired(expiredAt: number, ticket: string): void {
  present(() => ({
    tab: (t) => t.expired.heading,
    heading: (t) => t.expired.heading,
    body: [
      h('p', { class: 'lead' }, (t) => t.expired.lead(written(expiredAt))),
      h('p', {}, (t) => t.expired.how),
      h(
        'div',
        { class: 'actions' },
        button(
          (t) => t.expired.renew,
          'primary',
          () => go('/renew', { ticket }),
          hook('renew-button'),
        ),
      ),
    ],
  }));
}
