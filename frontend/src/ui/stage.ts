import { type Say, texts } from '../texts/index.ts';
import { type Child, h, nodes, retellAll, tell } from './dom.ts';
import { type Step, stepList } from './steps.ts';

export type View = {
  /** Names the tab; the heading may be longer. */
  tab: Say;
  heading: Say;
  step?: Step;
  /** Something is done: the heading gets its tick. */
  achieved?: boolean;
  body: Child[];
};
/** `signal` ends with the view: its timers, retries and listeners hang on it. */
export type Compose = (signal: AbortSignal) => View;

export const main = h('main', { id: 'main' });
const announcer = h('div', { class: 'unseen', role: 'status' });
let life = new AbortController();
let tab: Say = (t) => t.brand;
let first = true;

export const liveRegion = announcer;
/** Whether an enrolment step is on stage; the header then leaves out the other pages. */
export const inStep = (): boolean => main.querySelector('.steps') !== null;

/**
 * Replace what is on stage. The old view's values are wiped and its signal ends, so that nothing
 * keeps a password, ticket or key alive. Focus goes to the new heading, except on arrival.
 */
export function present(compose: Compose): void {
  clear();
  life = new AbortController();
  const view = compose(life.signal);
  const heading = h('h1', { tabindex: '-1', class: view.achieved ? 'achieved' : false }, view.heading);
  main.replaceChildren(...(view.step ? [stepList(view.step)] : []), heading, ...nodes(view.body));
  tab = view.tab;
  name();
  document.dispatchEvent(new Event('staged'));
  if (!first) settle(heading);
  first = false;
}

function settle(heading: HTMLElement): void {
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

const name = (): void => {
  document.title = `${tab(texts())} – COFRAP`;
};

/** Empty the stage: end the view, wipe every value and image, drop the nodes. */
export function clear(): void {
  life.abort();
  for (const input of main.querySelectorAll('input')) input.value = '';
  for (const element of main.querySelectorAll('[src], [href]'))
    element.removeAttribute(element.hasAttribute('src') ? 'src' : 'href');
  main.replaceChildren();
  announcer.replaceChildren();
}

/** Say something to screen readers, politely. */
export const announce = (say: Say): void => tell(announcer, say);

/** The language changed: same page, same state, other words. */
export function retellPage(): void {
  retellAll(document);
  name();
}

/**
 * Leaving wipes everything. `then` puts a neutral view in place, so that a page brought back from
 * the browser's back/forward cache has nothing to show of what it held.
 */
export function wipeOnLeaving(then: () => void): void {
  addEventListener('pagehide', () => {
    clear();
    then();
  });
}
