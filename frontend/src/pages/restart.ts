import { go } from '../router.ts';
import { button } from '../ui/controls.ts';
import { h, hook } from '../ui/dom.ts';
import { present } from '../ui/stage.ts';

/** What a page brought back from the back/forward cache shows: nothing of what it held, and a way on. */
export function showRestart(): void {
  present(() => ({
    tab: (t) => t.restart.heading,
    heading: (t) => t.restart.heading,
    body: [
      h('p', { class: 'lead' }, (t) => t.restart.lead),
      h(
        'div',
        { class: 'actions' },
        button(
          (t) => t.restart.again,
          'primary',
          () => go(location.pathname),
          hook('restart-button'),
        ),
      ),
    ],
  }));
}
