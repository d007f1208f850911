import type { Authenticated } from '../api.ts';
import { calendarLink } from '../calendar.ts';
import { written } from '../dates.ts';
import { dropEnrolmentKey } from '../enrolment-key.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';

/** The credentials count from now on: until when, and a reminder to take along. */
export function showDone({ login, credentialsExpireAt }: Authenticated, renewal: boolean): void {
  const expiry = Date.parse(credentialsExpireAt);
  dropEnrolmentKey(login);
  present((signal) => ({
    tab: (t) => (renewal ? t.done.renewed : t.done.created),
    heading: (t) => (renewal ? t.done.renewed : t.done.created),
    achieved: true,
    body: [
      h('p', { class: 'lead' }, (t) => t.done.lead(login)),
      validity(expiry),
      renewal ? h('p', {}, (t) => t.done.oldGone) : null,
      h('p', {}, (t) => t.done.reminder),
      h('div', { class: 'actions' }, calendarLink(expiry, login, signal)),
    ],
  }));
}

/** "Valid until …", the date written out in the reader's language. */
export const validity = (expiry: number): HTMLElement =>
  h(
    'div',
    { class: 'card validity' },
    h('p', {}, (t) => t.done.until),
    h(
      'p',
      { class: 'date', ...hook('expires-at') },
      h('time', { datetime: new Date(expiry).toISOString() }, () => written(expiry)),
    ),
  );
