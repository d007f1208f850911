import type { Revealed } from '../api.ts';
import type { Say } from '../texts/index.ts';
import { button } from '../ui/controls.ts';
import { copyButton } from '../ui/copy.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';

type Kind = 'lower' | 'upper' | 'digit' | 'symbol';

const kindOf = (character: string): Kind =>
  /\d/.test(character) ? 'digit' : /[a-z]/.test(character) ? 'lower' : /[A-Z]/.test(character) ? 'upper' : 'symbol';

/** One element per run of a kind: told apart by colour, weight and underline, read and copied as one. */
function colouredRuns(password: string): HTMLElement[] {
  const runs = password.match(/\d+|[a-z]+|[A-Z]+|[^\da-zA-Z]+/g) ?? [];
  return runs.map((run) => h('span', { class: kindOf(run) }, run));
}

const legend = (kind: Kind, label: Say, sample: string): HTMLElement =>
  h('li', {}, h('span', { class: `sample ${kind}`, 'aria-hidden': 'true' }, sample), ' ', label);

/** The password, once. `translate=no` keeps it from translation services. */
export function showPassword({ login, password }: Revealed): void {
  present(() => ({
    tab: (t) => t.shown.heading,
    heading: (t) => t.shown.heading,
    body: [
      h('p', { class: 'lead' }, (t) => t.shown.lead),
      h(
        'div',
        { class: 'card secret' },
        h('p', { class: 'for' }, (t) => t.shown.login, ' ', h('b', { translate: 'no' }, login)),
        h('p', { class: 'password', translate: 'no', ...hook('revealed-password') }, ...colouredRuns(password)),
        h(
          'ul',
          { class: 'legend' },
          legend('upper', (t) => t.shown.upper, 'A'),
          legend('lower', (t) => t.shown.lower, 'a'),
          legend('digit', (t) => t.shown.digit, '1'),
          legend('symbol', (t) => t.shown.symbol, '#'),
        ),
      ),
      h(
        'div',
        { class: 'actions' },
        copyButton(
          (t) => t.shown.copy,
          () => password,
          'secondary',
          hook('copy-password'),
        ),
        button((t) => t.shown.saved, 'primary', showSaved, hook('saved-button')),
      ),
    ],
  }));
}

function showSaved(): void {
  present(() => ({
    tab: (t) => t.saved.heading,
    heading: (t) => t.saved.heading,
    achieved: true,
    body: [h('p', { class: 'lead' }, (t) => t.saved.lead), h('p', {}, (t) => t.saved.next)],
  }));
}
