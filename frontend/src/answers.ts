/** Why a one-time link shows nothing any more. */
export type SpentReason = 'opened' | 'expired' | 'superseded' | 'unknown';

/** Everything but success, as the page sees it: a closed set, so that every case has its words. */
export type Refusal =
  /** No answer came, or only part of one: the request may or may not have been carried out. */
  | { kind: 'lost' }
  /** 503: it may be sent again. `certain`: nothing was done. Otherwise the database went away, perhaps just after it was. */
  | { kind: 'busy'; seconds: number; certain: boolean }
  /** 429: too many attempts. */
  | { kind: 'wait'; seconds: number }
  | { kind: 'taken' }
  | { kind: 'spent'; reason: SpentReason; revealedAt: number | null }
  /** The ticket is unknown, used or expired. */
  | { kind: 'ticket' }
  /** Login, password or code: the server does not say which, neither do we. */
  | { kind: 'credentials' }
  | { kind: 'expired'; expiredAt: number; ticket: string }
  | { kind: 'disabled' }
  | { kind: 'invalid'; fields: readonly string[] }
  | { kind: 'broken'; requestId: string };

export type Answer<T> = { kind: 'ok'; value: T } | Refusal;

type Problem = {
  code?: string;
  requestId?: string;
  reason?: SpentReason;
  revealedAt?: string;
  expiredAt?: string;
  rotationTicket?: string;
  errors?: { path: string | (string | number)[] }[];
};

/** Seconds, or an HTTP date; a server that says nothing is asked again in five seconds. */
function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after') ?? '';
  if (/^\d+$/.test(value)) return Math.max(1, Number(value));
  const date = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(date) ? Math.max(1, Math.ceil(date / 1000)) : 5;
}

const fieldName = (path: string | (string | number)[]): string =>
  String(Array.isArray(path) ? path.at(-1) : path.split(/[./]/).at(-1));

/** The one place where a problem document becomes one of our outcomes. */
export function refusal(response: Response, problem: Problem): Refusal {
  switch (problem.code) {
    case 'overloaded':
    case 'unavailable':
      return { kind: 'busy', seconds: retryAfter(response.headers), certain: problem.code === 'overloaded' };
    case 'too_many_attempts':
      return { kind: 'wait', seconds: retryAfter(response.headers) };
    case 'login_taken':
      return { kind: 'taken' };
    case 'invalid_ticket':
      return { kind: 'ticket' };
    case 'invalid_credentials':
      return { kind: 'credentials' };
    case 'account_disabled':
      return { kind: 'disabled' };
    case 'link_spent':
      return {
        kind: 'spent',
        reason: problem.reason ?? 'unknown',
        revealedAt: Date.parse(problem.revealedAt ?? '') || null,
      };
    case 'credentials_expired':
      return { kind: 'expired', expiredAt: Date.parse(problem.expiredAt ?? ''), ticket: problem.rotationTicket ?? '' };
    case 'invalid_request':
      return { kind: 'invalid', fields: (problem.errors ?? []).map(({ path }) => fieldName(path)) };
    default:
      return { kind: 'broken', requestId: problem.requestId ?? response.headers.get('x-request-id') ?? '' };
  }
}
