import type { fr } from './fr.ts';

/** French is the reference; English must say the same things (the type holds it to that). */
export type Texts = typeof fr;
/** A sentence in whichever language is spoken when it is read. */
export type Say = (t: Texts) => string;
export type Language = 'fr' | 'en';

/** Only the language spoken is downloaded; the other one when it is asked for. */
const dictionaries: Record<Language, () => Promise<Texts>> = {
  fr: () => import('./fr.ts').then(({ fr }) => fr),
  en: () => import('./en.ts').then(({ en }) => en),
};
const STORED = 'lang';

/** The choice made in this tab, else the first of the browser's languages we speak, else French. */
function preferred(): Language {
  const spoken = [remembered(), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return spoken.find((tag): tag is Language => tag === 'fr' || tag === 'en') ?? 'fr';
}

/** Storage can be forbidden altogether; the choice then lives as long as the page. */
function remembered(): string | null {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

let current = preferred();
let words: Texts | undefined;

export const language = (): Language => current;

/** What to say it with. Nothing is shown before `learnWords` is through. */
export function texts(): Texts {
  if (words === undefined) throw new Error('no words yet: learnWords() comes first');
  return words;
}

/** Fetch the words of the preferred language, before anything is shown. */
export async function learnWords(): Promise<void> {
  words = await dictionaries[current]();
}

/** Change language; without a network to fetch it from, stay with the present one. */
export async function speak(choice: Language): Promise<void> {
  words = await dictionaries[choice]();
  current = choice;
  try {
    sessionStorage.setItem(STORED, choice);
  } catch {
    // Nothing to do: see remembered().
  }
}
