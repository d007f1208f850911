import type { Say } from '../texts/index.ts';
import { h, hook } from './dom.ts';

/**
 * The QR code as an image, never as markup: inside <img> an SVG can run nothing. It lies on a white
 * plate with its quiet zone whatever the colour scheme, for cameras need dark on light.
 */
export function qrImage(svg: string, alt: Say, testid: string): HTMLElement {
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return h(
    'div',
    { class: 'plate' },
    h('img', { src, alt, width: '264', height: '264', draggable: 'false', ...hook(testid) }),
  );
}
