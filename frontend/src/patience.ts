import type { Answer } from './answers.ts';
import type { Say } from './texts/index.ts';
import type { Notice, Waiting } from './ui/notice.ts';

export type Patience = {
  notice: Notice;
  signal: AbortSignal;
  /** Whether the request may be sent again when nobody knows if it arrived. */
  repeatable: boolean;
  /** What to say while sending. */
  sending: Say;
};

/** Automatic retries before we ask the person. */
const TRIES = 6;

/**
 * Ask until there is an answer worth showing. "Busy" is retried when the server said to; a lost
 * answer only if the request is repeatable: a one-time code sent twice would be refused the second
 * time, and the person told a wrong thing. Never settles once the view is gone, so nothing that
 * follows can act on, or hold on to, what belonged to it.
 */
export async function patiently<T>(ask: () => Promise<Answer<T>>, how: Patience): Promise<Answer<T>> {
  for (let tries = 1; ; tries++) {
    how.notice.busy(how.sending);
    const answer = await ask();
    if (how.signal.aborted) return new Promise(() => {});
    const pause = pauseFor(answer, tries, how.repeatable);
    how.notice.clear();
    if (pause === null) return answer;
    if (tries % TRIES === 0) await how.notice.ask(pause.giveUp, (t) => t.trouble.again);
    else await how.notice.wait(pause.say, pause.seconds, pause.early(how.signal));
  }
}

type Pause = { seconds: number; say: Waiting; giveUp: Say; early: (signal: AbortSignal) => Promise<void> };

function pauseFor(answer: Answer<unknown>, tries: number, repeatable: boolean): Pause | null {
  if (answer.kind === 'busy')
    return {
      seconds: answer.seconds,
      say: (t, left) => t.trouble.busy(left),
      giveUp: (t) => t.trouble.stillBusy,
      early: never,
    };
  if (answer.kind === 'lost' && repeatable)
    return {
      seconds: Math.min(2 ** (tries - 1), 8),
      say: (t, left) => t.trouble.lost(left),
      giveUp: (t) => t.trouble.stillLost,
      early: backOnline,
    };
  return null;
}

const never = (): Promise<void> => new Promise(() => {});

/** The network came back: no need to wait any longer. */
const backOnline = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => addEventListener('online', () => resolve(), { once: true, signal }));
