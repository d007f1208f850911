import { showAsk } from './reveal/ask.ts';
import { showNoLink } from './reveal/spent.ts';
import { learnWords } from './texts/index.ts';
import { build } from './ui/shell.ts';
import { wipeOnLeaving } from './ui/stage.ts';

/**
 * Take the token out of the address at once: it must not stay in the address bar, in this tab's
 * history or in a copied link. (Opening the page spends nothing, and the token works only once, so
 * what a browser may have noted before this line ran is soon worthless.)
 */
function takeToken(): string {
  const token = location.hash.slice(1);
  if (location.href.includes('#')) history.replaceState(null, '', location.pathname);
  return token;
}

function arrive(token: string): void {
  if (token === '') showNoLink();
  else showAsk(token);
}

// First of all, before even the words are fetched.
const token = takeToken();
await learnWords();
build(false);
wipeOnLeaving(showNoLink);
arrive(token);
// Another link opened in this same tab only changes the fragment.
addEventListener('hashchange', () => {
  if (location.hash !== '') arrive(takeToken());
});
