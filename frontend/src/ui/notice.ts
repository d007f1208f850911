import { everySecond, serverNow } from '../clock.ts';
import type { Say, Texts } from '../texts/index.ts';
import { button } from './controls.ts';
import { h, hook, tell } from './dom.ts';

export type Waiting = (t: Texts, left: string) => string;

/** The place on a view that says what is going on: sending, waiting, trouble and what to do. */
export type Notice = {
  element: HTMLElement;
  clear: () => void;
  /** Something is under way. */
  busy: (say: Say) => void;
  /** Something to know, with a calm tone of voice. */
  tell: (say: Say) => void;
  /** Count down to zero, visibly; settles then, or as soon as `early` does. */
  wait: (say: Waiting, seconds: number, early?: Promise<void>) => Promise<void>;
  /** Wait for the person to press a button. */
  ask: (say: Say, label: Say) => Promise<void>;
};

export function notice(signal: AbortSignal): Notice {
  const element = h('div', { class: 'notice', role: 'status', ...hook('status') });
  const show = (tone: string, ...parts: HTMLElement[]): void => {
    element.className = `notice ${tone}`;
    element.replaceChildren(...parts);
  };
  const clear = (): void => show('');
  return {
    element,
    clear,
    busy: (say) => show('busy', h('p', {}, say)),
    tell: (say) => show('trouble', h('p', {}, say)),
    wait: (say, seconds, early) => Promise.race([countDown(show, say, seconds, signal), early ?? never()]).then(clear),
    ask: (say, label) =>
      new Promise<void>((resolve) =>
        show(
          'trouble',
          h('p', {}, say),
          button(label, 'secondary', () => resolve(), hook('retry-button')),
        ),
      ).then(clear),
  };
}

const never = (): Promise<never> => new Promise(() => {});

/**
 * The seconds change under `aria-hidden`; a screen reader hears the whole sentence once, with the
 * wait as it was at the start, instead of a number every second.
 */
function countDown(
  show: (tone: string, ...parts: HTMLElement[]) => void,
  say: Waiting,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const until = serverNow() + seconds * 1000;
  const seen = h('p', { 'aria-hidden': 'true' });
  const heard = h('p', { class: 'unseen' }, (t) => say(t, t.duration(seconds)));
  show('trouble', seen, heard);
  return new Promise((resolve) => {
    everySecond(until, signal, (left) => {
      tell(seen, (t) => say(t, t.duration(left)));
      if (left === 0) resolve();
    });
  });
}
