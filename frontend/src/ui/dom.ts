import { type Say, texts } from '../texts/index.ts';

/**
 * Elements are made one by one and text only ever enters as text nodes: nothing on this site parses
 * a string as HTML, which is what lets the policy forbid every Trusted Types sink.
 */
export type Child = Node | string | Say | null;
export type Attributes = Readonly<Record<string, string | boolean | Say>>;

/** What each node says, so that switching language retells the page without rebuilding it. */
const spoken = new WeakMap<Node, Map<string, Say>>();
const TEXT = '';

/** Have `node` say something: its own text, or the named attribute. Retold when the language changes. */
export function tell(node: Node, say: Say, attribute = TEXT): void {
  const sayings = spoken.get(node) ?? new Map<string, Say>();
  spoken.set(node, sayings.set(attribute, say));
  retell(node, attribute, say);
}

function retell(node: Node, attribute: string, say: Say): void {
  if (attribute === TEXT) node.textContent = say(texts());
  else (node as Element).setAttribute(attribute, say(texts()));
}

/** Say everything under `root` again, in the language now spoken. Typed values and secrets stay. */
export function retellAll(root: Node): void {
  for (const [attribute, say] of spoken.get(root) ?? []) retell(root, attribute, say);
  for (const child of root.childNodes) retellAll(child);
}

function textOf(child: Exclude<Child, null>): Node {
  if (typeof child === 'string') return document.createTextNode(child);
  if (typeof child !== 'function') return child;
  const node = document.createTextNode('');
  tell(node, child);
  return node;
}

export const nodes = (children: readonly Child[]): Node[] => children.filter((child) => child !== null).map(textOf);

/** An element. `false` leaves an attribute out, `true` sets it empty, a function is retold. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') tell(element, value, name);
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...nodes(children));
  return element;
}

export type Hook = { 'data-testid': string };
export const hook = (name: string): Hook => ({ 'data-testid': name });
