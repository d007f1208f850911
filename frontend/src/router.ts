import type { Say } from './texts/index.ts';

/**
 * What one page gives the next. It is passed from function to function and never touches the
 * address, the history or any storage: a ticket is as good as a password while it lives.
 */
export type HandOver = {
  login?: string;
  ticket?: string;
  /** Begin at once, without asking again. */
  start?: boolean;
  /** What happened, said on arrival. */
  words?: Say;
};
export type Page = (given: HandOver) => void;

let pages: Readonly<Record<string, Page>> = {};

const open = (given: HandOver = {}): void => (pages[location.pathname] ?? pages['/'])?.(given);

/** Go to one of our pages, in a new history entry. */
export function go(path: string, given: HandOver = {}): void {
  if (path !== location.pathname) history.pushState(null, '', path);
  open(given);
}

/** Follow our own links without reloading; leave modified clicks and other links to the browser. */
function follow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
  if (!link || modified || link.target !== '' || link.origin !== location.origin || !(link.pathname in pages)) return;
  event.preventDefault();
  go(link.pathname);
}

export function route(table: Readonly<Record<string, Page>>): void {
  pages = table;
  document.addEventListener('click', follow);
  addEventListener('popstate', () => open());
  open();
}
