import { revealPassword } from '../api.ts';
import { patiently } from '../patience.ts';
import { randomToken } from '../random.ts';
import { personalButton } from '../ui/controls.ts';
import { h, hook } from '../ui/dom.ts';
import { notice } from '../ui/notice.ts';
import { present } from '../ui/stage.ts';
import { unexpected } from '../ui/unexpected.ts';
import { showPassword } from './shown.ts';
import { showSpent, showUnknown } from './spent.ts';

/**
 * Says what will happen before it happens. The page holds no form and the button obeys people only,
 * so whatever fetches, renders or clicks through links leaves the password where it is.
 */
export function showAsk(token: string): void {
  // If the answer gets lost, the same claimant may ask again for a minute; nobody else can.
  const claimant = randomToken();
  present((signal) => {
    const news = notice(signal);
    const reveal = async (): Promise<void> => {
      button.disabled = true;
      const answer = await patiently(() => revealPassword(token, claimant), {
        notice: news,
        signal,
        repeatable: true,
        sending: (t) => t.reveal.opening,
      });
      button.disabled = false;
      if (answer.kind === 'ok') showPassword(answer.value);
      else if (answer.kind === 'spent') showSpent(answer, token);
      else if (answer.kind === 'invalid') showUnknown();
      else news.tell(unexpected(answer));
    };
    const button = personalButton(
      (t) => t.reveal.show,
      'primary',
      () => void reveal(),
      hook('reveal-button'),
    );
    return {
      tab: (t) => t.reveal.tab,
      heading: (t) => t.reveal.heading,
      body: [
        h('p', { class: 'lead' }, (t) => t.reveal.lead),
        h(
          'ul',
          { class: 'points' },
          h('li', {}, (t) => t.reveal.manager),
          h('li', {}, (t) => t.reveal.alone),
          h('li', {}, (t) => t.reveal.oneTime),
        ),
        news.element,
        h('div', { class: 'actions' }, button),
      ],
    };
  });
}
