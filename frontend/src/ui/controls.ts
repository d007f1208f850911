import type { Say } from '../texts/index.ts';
import { type Attributes, h } from './dom.ts';

export type Weight = 'primary' | 'secondary' | 'plain' | 'danger';

/** A button that acts. Never `type=submit`: a script that submits what it finds must find nothing. */
export function button(
  label: Say,
  weight: Weight,
  act: (event: MouseEvent) => void,
  more: Attributes = {},
): HTMLButtonElement {
  const element = h('button', { type: 'button', class: `button ${weight}`, ...more }, label);
  element.addEventListener('click', act);
  return element;
}

/**
 * A button only a person can press. Mail scanners and link previews that run the page and call
 * `.click()` make untrusted events; what they must not set off goes behind this.
 */
export const personalButton = (label: Say, weight: Weight, act: () => void, more: Attributes = {}): HTMLButtonElement =>
  button(
    label,
    weight,
    (event) => {
      if (event.isTrusted) act();
    },
    more,
  );

/** A link that leaves for another tab or application, and tells neither where it comes from. */
export const outwardLink = (label: Say, weight: Weight, href: string, more: Attributes = {}): HTMLAnchorElement =>
  h('a', { class: `button ${weight}`, href, rel: 'noopener noreferrer', ...more }, label);

/** A link between our own pages; the router turns it into a change of view. */
export const pageLink = (label: Say, path: string, more: Attributes = {}): HTMLAnchorElement =>
  h('a', { href: path, ...more }, label);
