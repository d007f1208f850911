import type { Refusal, SpentReason } from '../answers.ts';
import { reportTheft } from '../api.ts';
import { written } from '../dates.ts';
import { patiently } from '../patience.ts';
import type { Texts } from '../texts/index.ts';
import { button, pageLink, personalButton } from '../ui/controls.ts';
import { h, hook } from '../ui/dom.ts';
import { type Notice, notice } from '../ui/notice.ts';
import { present } from '../ui/stage.ts';
import { unexpected } from '../ui/unexpected.ts';

type Spent = Extract<Refusal, { kind: 'spent' }>;

/** Why the link shows nothing, each reason in its own words and with its own next step. */
export function showSpent({ reason, revealedAt }: Spent, token: string): void {
  if (reason === 'opened') showOpened(revealedAt, token);
  else showClosed(reason);
}

export const showUnknown = (): void => showClosed('unknown');

/** No token: the page was reloaded, brought back, or opened without its link. */
export const showNoLink = (): void => endOf((t) => t.noLink);

const showClosed = (reason: Exclude<SpentReason, 'opened'>): void =>
  endOf((t) => t.spent[reason], reason === 'superseded' ? [] : [toCreate(), toRenew()]);

const toCreate = (): HTMLElement =>
  pageLink((t) => t.spent.create, '/', { class: 'button secondary', ...hook('create-link') });
const toRenew = (): HTMLElement =>
  pageLink((t) => t.expired.renew, '/renew', { class: 'button secondary', ...hook('renew-button') });

type Ending = (t: Texts) => { heading: string; lead: string; next: string };

/** What happened, what to do now, and where it can be done. */
function endOf(words: Ending, onward: readonly HTMLElement[] = [], achieved = false): void {
  present(() => ({
    tab: (t) => words(t).heading,
    heading: (t) => words(t).heading,
    achieved,
    body: [
      h('p', { class: 'lead' }, (t) => words(t).lead),
      h('p', {}, (t) => words(t).next),
      onward.length > 0 ? h('div', { class: 'actions' }, ...onward) : null,
    ],
  }));
}

/** Already opened: by whom? Only the holder of the link can tell, hence two doors. */
function showOpened(revealedAt: number | null, token: string): void {
  present((signal) => {
    const news = notice(signal);
    const me = button((t) => t.opened.me, 'secondary', showMine, hook('that-was-me'));
    const notMe = personalButton(
      (t) => t.opened.notMe,
      'danger',
      () => void revoke(token, news, signal),
      hook('report-theft'),
    );
    return {
      tab: (t) => t.opened.heading,
      heading: (t) => t.opened.heading,
      body: [
        h('p', { class: 'lead' }, (t) => (revealedAt === null ? t.opened.before : t.opened.at(written(revealedAt)))),
        h('p', {}, (t) => t.opened.question),
        news.element,
        h('div', { class: 'actions' }, me, notMe),
      ],
    };
  });
}

/** No way on from here: only the tab that began can go on, another one would find the login taken. */
const showMine = (): void => endOf((t) => t.mine);

/** Repeating is harmless: what is already revoked answers "spent", which reads as such. */
async function revoke(token: string, news: Notice, signal: AbortSignal): Promise<void> {
  const how = { notice: news, signal, repeatable: true, sending: (t: Texts) => t.opened.revoking };
  const answer = await patiently(() => reportTheft(token), how);
  if (answer.kind === 'ok') endOf((t) => t.revoked, [toCreate(), toRenew()], true);
  else if (answer.kind === 'spent') endOf((t) => t.tooLate, [toRenew()]);
  else news.tell(unexpected(answer));
}
