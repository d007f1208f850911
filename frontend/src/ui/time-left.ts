import { everySecond, whenOver } from '../clock.ts';
import { minutesAndSeconds } from '../dates.ts';
import { h, hook } from './dom.ts';
import { announce } from './stage.ts';

/** Moments at which a screen reader is told how much time is left. */
const SPOKEN = [300, 60];

/** "Time left 14:32", to the second, ending in `over`. `role=timer` is silent unless asked. */
export function timeLeft(until: number, signal: AbortSignal, over: () => void): HTMLElement {
  const clock = h('span', { class: 'clock' });
  const element = h(
    'p',
    { class: 'time-left', role: 'timer', ...hook('countdown') },
    h('span', {}, (t) => t.timeLeft),
    ' ',
    clock,
  );
  everySecond(until, signal, (left) => {
    clock.textContent = minutesAndSeconds(left);
    element.classList.toggle('soon', left <= 60);
    if (SPOKEN.includes(left)) announce((t) => `${t.timeLeft} ${t.duration(left)}`);
  });
  whenOver(until, signal, over);
  return element;
}
