import type { Say } from '../texts/index.ts';
import { button, type Weight } from './controls.ts';
import { type Attributes, h, tell } from './dom.ts';
import { announce } from './stage.ts';

const CONFIRMED_MS = 2500;

/** Copy `value()` on demand and say whether it worked, on the button and to screen readers. */
export function copyButton(label: Say, value: () => string, weight: Weight, more: Attributes = {}): HTMLButtonElement {
  const element = button(
    label,
    weight,
    async () => {
      const said: Say = (await copied(value())) ? (t) => t.copy.done : (t) => t.copy.failed;
      tell(element, said);
      announce(said);
      setTimeout(() => tell(element, label), CONFIRMED_MS);
    },
    more,
  );
  return element;
}

/** The clipboard is only offered over HTTPS or on localhost; elsewhere, the old way. */
async function copied(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return copiedBySelection(value);
  }
}

function copiedBySelection(value: string): boolean {
  const focused = document.activeElement;
  const holder = h('textarea', { class: 'unseen', readonly: true, 'aria-hidden': 'true' });
  holder.value = value;
  document.body.append(holder);
  holder.select();
  const done = document.execCommand('copy');
  holder.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
