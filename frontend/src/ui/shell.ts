import { language, type Say, speak } from '../texts/index.ts';
import { pageLink } from './controls.ts';
import { h, hook, tell } from './dom.ts';
import { inStep, liveRegion, main, retellPage } from './stage.ts';

const PAGES: readonly (readonly [string, Say])[] = [
  ['/', (t) => t.nav.create],
  ['/login', (t) => t.nav.login],
  ['/renew', (t) => t.nav.renew],
];

function navigation(): HTMLElement {
  const links = PAGES.map(([path, label]) => pageLink(label, path));
  const nav = h('nav', { 'aria-label': (t) => t.nav.label }, ...links);
  document.addEventListener('staged', () => {
    nav.hidden = inStep();
    for (const link of links) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  });
  return nav;
}

/** A button, not a link: switching language must not reload the page and lose what was typed. */
function languageSwitch(): HTMLElement {
  const element = h('button', { type: 'button', class: 'language', ...hook('language-switch') });
  tell(element, (t) => t.otherLanguage);
  tell(element, () => (language() === 'fr' ? 'en' : 'fr'), 'lang');
  element.addEventListener('click', () => {
    void speak(language() === 'fr' ? 'en' : 'fr').then(retellPage, () => {});
  });
  return element;
}

function brand(): HTMLElement {
  const mark = h('img', { src: '/mark.svg', alt: '', width: '32', height: '32' });
  return h(
    'a',
    { class: 'brand', href: '/' },
    mark,
    h(
      'span',
      {},
      h('b', {}, 'COFRAP'),
      h('span', { class: 'product' }, (t) => ` ${t.brand}`),
    ),
  );
}

/** Header, stage and footer. The reveal page goes without navigation: it has one thing to do. */
export function build(withNavigation: boolean): void {
  tell(document.documentElement, () => language(), 'lang');
  const header = h(
    'header',
    {},
    h('div', { class: 'bar' }, brand(), languageSwitch()),
    withNavigation ? navigation() : null,
  );
  const footer = h(
    'footer',
    {},
    h('p', {}, (t) => t.footer),
  );
  document.body.append(header, main, liveRegion, footer);
}
