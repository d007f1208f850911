import { serverNow } from './clock.ts';
import { texts } from './texts/index.ts';
import { h, hook } from './ui/dom.ts';

const DAY = 86_400_000;
/** RFC 5545 lines end in CRLF and have at most 75 octets; longer ones go on after a space. */
const LINE_OCTETS = 75;

const stamp = (instant: number): string => `${new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')}`;
const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');

function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}

/** One event, a week before the end (or as late as need be), with an alarm. It holds no secret. */
export function calendar(expiry: number, login: string): string {
  const start = Math.max(expiry - 7 * DAY, Math.min(serverNow(), expiry));
  const { ics } = texts();
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//COFRAP//Credentials//FR',
    'BEGIN:VEVENT',
    `UID:${stamp(expiry)}-${encodeURIComponent(login)}@${location.hostname}`,
    `DTSTAMP:${stamp(serverNow())}`,
    `DTSTART:${stamp(start)}`,
    'DURATION:PT15M',
    `SUMMARY:${escaped(ics.summary)}`,
    `DESCRIPTION:${escaped(ics.description(login))}`,
    `URL:${location.origin}/renew`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(ics.summary)}`,
    'TRIGGER:PT0S',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

/** A download made here, in the language of the moment it is asked for; released with the view. */
export function calendarLink(expiry: number, login: string, signal: AbortSignal): HTMLAnchorElement {
  const link = h(
    'a',
    { class: 'button secondary', href: '#', download: 'cofrap.ics', ...hook('ics') },
    (t) => t.done.calendar,
  );
  let made = '';
  const release = (): void => URL.revokeObjectURL(made);
  const make = (): void => {
    release();
    made = URL.createObjectURL(new Blob([calendar(expiry, login)], { type: 'text/calendar;charset=utf-8' }));
    link.href = made;
  };
  link.addEventListener('click', make);
  make();
  signal.addEventListener('abort', release);
  return link;
}
