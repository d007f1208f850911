import { h } from './dom.ts';

export type Step = 1 | 2 | 3;

/** Where we are among the three steps; the current one is marked for eyes and for screen readers. */
export function stepList(current: Step): HTMLElement {
  const items = ([1, 2, 3] as const).map((step) => {
    const state = step < current ? 'done' : step === current ? 'current' : 'ahead';
    return h(
      'li',
      { class: state, ...(step === current && { 'aria-current': 'step' }) },
      h('span', { class: 'unseen' }, (t) => (step < current ? `${t.steps.done} ` : '')),
      h('span', { class: 'number', 'aria-hidden': 'true' }, step < current ? '✓' : String(step)),
      h('span', {}, (t) => t.steps.names[step - 1] ?? ''),
    );
  });
  return h('ol', { class: 'steps', 'aria-label': (t) => t.steps.label }, ...items);
}
