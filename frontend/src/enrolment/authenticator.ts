import type { Refusal } from '../answers.ts';
import { generateSecondFactor, type SecondFactor } from '../api.ts';
import { patiently } from '../patience.ts';
import { button, outwardLink } from '../ui/controls.ts';
import { copyButton } from '../ui/copy.ts';
import { h, hook } from '../ui/dom.ts';
import { type Notice, notice } from '../ui/notice.ts';
import { bySize } from '../ui/order.ts';
import { qrImage } from '../ui/qr.ts';
import { present } from '../ui/stage.ts';
import { timeLeft } from '../ui/time-left.ts';
import { unexpected } from '../ui/unexpected.ts';
import { showCheckStep } from './check.ts';
import type { Enrolment } from './enrolment.ts';
import { showOver } from './over.ts';

/**
 * Step 2: the authenticator's key. Every request makes a new key and voids the last, so it is asked
 * for once on arrival, and again only when the person says the first is lost.
 */
export function showAuthenticatorStep(enrolment: Enrolment): void {
  present((signal) => {
    const news = notice(signal);
    const content = h('div', { class: 'content' });
    const load = async (): Promise<void> => {
      content.replaceChildren();
      const answer = await patiently(() => generateSecondFactor(enrolment.ticket), {
        notice: news,
        signal,
        repeatable: true,
        sending: (t) => t.authenticator.preparing,
      });
      if (answer.kind === 'ok') content.append(...keyShown(answer.value, enrolment, signal, load));
      else refused(answer, enrolment, news);
    };
    void load();
    return {
      tab: (t) => t.steps.tab(2, t.authenticator.heading),
      heading: (t) => t.authenticator.heading,
      step: 2,
      body: [h('p', { class: 'lead' }, (t) => t.authenticator.lead), news.element, content],
    };
  });
}

function refused(refusal: Refusal, enrolment: Enrolment, news: Notice): void {
  if (refusal.kind === 'ticket') showOver(enrolment);
  else void news.ask(unexpected(refusal), (t) => t.trouble.again).then(() => showAuthenticatorStep(enrolment));
}

function keyShown(key: SecondFactor, enrolment: Enrolment, signal: AbortSignal, renew: () => Promise<void>): Node[] {
  const until = Math.min(Date.parse(key.expiresAt), enrolment.expiresAt);
  const card = h(
    'div',
    { class: 'card' },
    bySize(scanBlock(key), directBlock(key), signal),
    timeLeft(until, signal, () => showOver(enrolment)),
  );
  const next = button(
    (t) => t.authenticator.next,
    'primary',
    () => showCheckStep(enrolment, until),
    hook('next-button'),
  );
  const again = h(
    'details',
    {},
    h('summary', {}, (t) => t.authenticator.lost),
    h('p', {}, (t) => t.authenticator.lostHelp),
    button(
      (t) => t.authenticator.renew,
      'secondary',
      () => void renew(),
      hook('new-code'),
    ),
  );
  return [card, h('div', { class: 'actions' }, next), again];
}

const scanBlock = (key: SecondFactor): HTMLElement =>
  h(
    'div',
    { class: 'scan' },
    qrImage(key.qr.svg, (t) => t.authenticator.alt, 'totp-qr'),
    h(
      'div',
      { class: 'about' },
      h('p', { class: 'strong' }, (t) => t.authenticator.scan),
      h('p', {}, (t) => t.authenticator.apps),
    ),
  );

const directBlock = (key: SecondFactor): HTMLElement =>
  h(
    'div',
    { class: 'direct' },
    h(
      'div',
      { class: 'row' },
      outwardLink((t) => t.authenticator.add, 'secondary', key.otpauthUri, hook('add-to-authenticator')),
    ),
    h(
      'details',
      {},
      h('summary', {}, (t) => t.authenticator.noScan),
      h('p', {}, (t) => t.authenticator.typeKey),
      h('p', { class: 'key', translate: 'no', ...hook('totp-secret') }, key.secret.match(/.{1,4}/g)?.join(' ') ?? ''),
      copyButton(
        (t) => t.authenticator.copy,
        () => key.secret,
        'secondary',
        hook('copy-secret'),
      ),
    ),
  );
