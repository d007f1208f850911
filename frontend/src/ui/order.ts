/** Narrow enough that there is most likely no second screen to scan with. */
const small = matchMedia('(max-width: 37.5em)');

/**
 * Keep `direct` before `scan` on small screens and after it on large ones, in the document itself:
 * reading and tab order then follow what is seen, which CSS `order` would not give.
 */
export function bySize(scan: HTMLElement, direct: HTMLElement, signal: AbortSignal): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...(small.matches ? [direct, scan] : [scan, direct]));
  const place = (): void => (small.matches ? scan.before(direct) : scan.after(direct));
  small.addEventListener('change', place, { signal });
  return fragment;
}
