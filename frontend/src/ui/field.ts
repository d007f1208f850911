import type { Say } from '../texts/index.ts';
import { type Attributes, h, hook, tell } from './dom.ts';

export type Field = {
  element: HTMLElement;
  input: HTMLInputElement;
  /** Put words beside the field and the focus in it; `null` takes them away. */
  blame: (say: Say | null) => void;
};

export type FieldSetup = { name: string; label: Say; hint?: Say; input: Attributes; extra?: HTMLElement };

/** A labelled input with its hint and its place for an error, tied together for screen readers. */
export function field({ name, label, hint, input: attributes, extra }: FieldSetup): Field {
  const input = h('input', {
    id: name,
    name,
    autocapitalize: 'none',
    autocorrect: 'off',
    spellcheck: 'false',
    translate: 'no',
    ...hook(`${name}-input`),
    ...attributes,
  });
  const hintElement = hint ? h('p', { class: 'hint', id: `${name}-hint` }, hint) : null;
  const slot = h('div', { id: `${name}-error`, 'aria-live': 'polite' });
  const described = hint ? `${name}-hint ${name}-error` : `${name}-error`;
  input.setAttribute('aria-describedby', described);
  const line = extra ? h('div', { class: 'with-extra' }, input, extra) : input;
  const element = h('div', { class: 'field' }, h('label', { for: name }, label), hintElement, slot, line);

  const blame = (say: Say | null): void => {
    element.classList.toggle('wrong', say !== null);
    slot.replaceChildren();
    input.removeAttribute('aria-invalid');
    if (say === null) return;
    const words = h('p', { class: 'error', ...hook('error') });
    tell(words, say);
    slot.append(words);
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  };
  return { element, input, blame };
}

/** What is typed is shown or hidden on demand; `spellcheck=false` keeps it from cloud spell checkers. */
export function passwordToggle(input: () => HTMLInputElement): HTMLButtonElement {
  const toggle = h('button', {
    type: 'button',
    class: 'button plain toggle',
    'aria-pressed': 'false',
    'aria-label': (t) => t.form.showPassword,
  });
  const label = (): void => tell(toggle, (t) => (input().type === 'password' ? t.form.show : t.form.hide));
  toggle.addEventListener('click', () => {
    const shown = input().type === 'text';
    input().type = shown ? 'password' : 'text';
    toggle.setAttribute('aria-pressed', String(!shown));
    label();
  });
  queueMicrotask(label);
  return toggle;
}
