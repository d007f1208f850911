import { language } from './texts/index.ts';

const LONG: Intl.DateTimeFormatOptions = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
};

/** "jeudi 21 mai 2026 à 14:25 (heure d’été d’Europe centrale)": written out, in the reader's zone. */
export function written(instant: number): string {
  const locale = language() === 'fr' ? 'fr-FR' : 'en-GB';
  const date = new Intl.DateTimeFormat(locale, LONG).format(instant);
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'long' })
    .formatToParts(instant)
    .find((part) => part.type === 'timeZoneName');
  return zone ? `${date} (${zone.value})` : date;
}

/** "14:05", for a clock that counts down. */
export function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
