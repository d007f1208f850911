/**
 * The server's clock, seen from here. Expiry is decided there; a visitor whose clock is wrong by an
 * hour must still see a true countdown, so every answer's `Date` header corrects ours.
 */
let offset = 0;

/** `Date` has whole seconds; take the end of the one it names, so as never to promise time that is gone. */
export function learnTime(header: string | null, sentAt: number, receivedAt: number): void {
  const date = Date.parse(header ?? '');
  if (Number.isFinite(date)) offset = date + 1000 - (sentAt + receivedAt) / 2;
}

/** Milliseconds since the epoch, by the server's clock. */
export const serverNow = (): number => Date.now() + offset;

/** Whole seconds still to go until `instant` (milliseconds, server's clock); never negative. */
export const secondsUntil = (instant: number): number => Math.max(0, Math.ceil((instant - serverNow()) / 1000));

/**
 * Call `tick` with the seconds left, now and at every second, down to and including 0.
 * It looks at the clock each time, so a tab that slept catches up at once.
 */
export function everySecond(until: number, signal: AbortSignal, tick: (left: number) => void): void {
  const step = (): void => {
    if (signal.aborted) return;
    const left = secondsUntil(until);
    tick(left);
    if (left > 0) setTimeout(step, (until - serverNow()) % 1000 || 1000);
  };
  step();
}

/** Call `over` when `until` has come, but never before the caller is done: a view must be on stage before it can be replaced. */
export function whenOver(until: number, signal: AbortSignal, over: () => void): void {
  const end = (): void => {
    if (!signal.aborted) over();
  };
  everySecond(until, signal, (left) => {
    if (left === 0) queueMicrotask(end);
  });
}
