import { secondsUntil, whenOver } from '../clock.ts';
import type { Say } from '../texts/index.ts';
import { button, outwardLink } from '../ui/controls.ts';
import { copyButton } from '../ui/copy.ts';
import { h, hook } from '../ui/dom.ts';
import { bySize } from '../ui/order.ts';
import { qrImage } from '../ui/qr.ts';
import { present } from '../ui/stage.ts';
import { timeLeft } from '../ui/time-left.ts';
import { showAuthenticatorStep } from './authenticator.ts';
import { type Enrolment, startAgain, withoutLink } from './enrolment.ts';
import { showOver } from './over.ts';

/** Step 1: the code that opens the password, once. The password itself never passes through this page. */
export function showPasswordStep(enrolment: Enrolment): void {
  const next = (): void => showAuthenticatorStep(withoutLink(enrolment));
  present((signal) => {
    whenOver(enrolment.expiresAt, signal, () => showOver(enrolment));
    return {
      tab: (t) => t.steps.tab(1, t.password.heading),
      heading: (t) => t.password.heading,
      step: 1,
      body: [
        h('p', { class: 'lead' }, (t) => t.password.lead),
        enrolment.renewal ? h('p', { class: 'aside' }, (t) => t.renew.oldStay) : null,
        linkCard(enrolment, signal),
        h(
          'div',
          { class: 'actions' },
          button((t) => t.password.next, 'primary', next, hook('next-button')),
        ),
        h('p', { class: 'quiet' }, (t) => t.password.check),
      ],
    };
  });
}

/** The link both ways, until it ends. The enrolment may outlive it: whoever saved the password goes on. */
function linkCard(enrolment: Enrolment, signal: AbortSignal): HTMLElement {
  const { expiresAt } = enrolment.qr;
  const minutes = Math.max(1, Math.round(secondsUntil(expiresAt) / 60));
  const card = h('div', { class: 'card' });
  const linkOver = (): void =>
    card.replaceChildren(
      h('p', {}, (t) => t.password.linkOver),
      button(
        (t) => t.over.again,
        'secondary',
        () => startAgain(enrolment),
        hook('restart-button'),
      ),
    );
  card.append(
    bySize(
      scanBlock(enrolment, (t) => t.password.once(minutes)),
      directBlock(enrolment),
      signal,
    ),
    timeLeft(expiresAt, signal, linkOver),
  );
  return card;
}

const scanBlock = ({ qr }: Enrolment, once: Say): HTMLElement =>
  h(
    'div',
    { class: 'scan' },
    qrImage(qr.svg, (t) => t.password.alt, 'password-qr'),
    h(
      'div',
      { class: 'about' },
      h('p', { class: 'strong' }, (t) => t.password.scan),
      h('p', {}, once),
    ),
  );

const directBlock = ({ qr }: Enrolment): HTMLElement =>
  h(
    'div',
    { class: 'direct' },
    h('p', {}, (t) => t.password.noScan),
    h(
      'div',
      { class: 'row' },
      outwardLink((t) => t.password.openHere, 'secondary', qr.url, { target: '_blank', ...hook('open-here') }),
      copyButton(
        (t) => t.password.copy,
        () => qr.url,
        'plain',
        hook('copy-link'),
      ),
    ),
  );
