import { Overloaded } from '../crypto/hashing-queue.ts';
import { isDatabaseAway } from '../db/unavailable.ts';

/**
 * Every answer that is not a success, RFC 9457. The only file that decides what a client may see of a failure:
 * a code from this closed list, a fixed sentence, and the members the contract names. Never a message, a stack
 * or an SQL text of ours.
 */
export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    detail: 'The request is not of the documented shape; see errors.',
  },
  invalid_credentials: {
    status: 401,
    title: 'Invalid credentials',
    detail: 'The login, the password or the code is not right.',
  },
  invalid_ticket: { status: 401, title: 'Invalid ticket', detail: 'The ticket is unknown, spent or expired.' },
  credentials_expired: {
    status: 403,
    title: 'Credentials expired',
    detail: 'The credentials are right but too old. Renew them with the ticket.',
  },
  account_disabled: {
    status: 403,
    title: 'Account disabled',
    detail: 'The credentials are right but the account is disabled.',
  },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing at this path.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not take that method; see Allow.',
  },
  login_taken: {
    status: 409,
    title: 'Login taken',
    detail: 'This login belongs to an account or to an enrolment under way.',
  },
  link_spent: { status: 410, title: 'Link spent', detail: 'This link no longer shows a password; see reason.' },
  body_too_large: { status: 413, title: 'Body too large', detail: 'A body may have 8 KiB at most.' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', detail: 'Send application/json.' },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts',
    detail: 'Too many failed logins. Wait, then try again.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on our side. It has been recorded.',
  },
  overloaded: { status: 503, title: 'Overloaded', detail: 'Too many requests at this moment. Try again shortly.' },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'The service cannot reach its database. Try again shortly.',
  },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** An expected outcome that is not a success: a value that handlers return. `retryAfter` is in seconds. */
export type Refusal = {
  readonly code: ProblemCode;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number;
  readonly allow?: string;
};

/** What a handler answers: a success with its body, or a refusal. */
export type Answer<Body> = { readonly status: 200 | 201; readonly body: Body } | Refusal;

/** Refuses with a code and the members that the contract gives it. */
export const refuse = (code: ProblemCode, members: Record<string, unknown> = {}): Refusal => ({ code, members });

/** One thing that is wrong with a request: where, and what. Never the value. */
export type FieldError = { readonly path: string; readonly message: string };

/** Thrown at the edge when a request is out of shape. */
export class InvalidRequest extends Error {
  readonly errors: readonly FieldError[];
  constructor(errors: readonly FieldError[]) {
    super('invalid request');
    this.errors = errors;
  }
}

/** The RFC 9457 body of a refusal. */
export function problemBody(refusal: Refusal, requestId: string) {
  const { status, title, detail } = PROBLEMS[refusal.code];
  const type = `urn:cofrap-credentials:problem:${refusal.code}`;
  return { type, title, status, detail, code: refusal.code, requestId, ...refusal.members };
}

/** What a client may know of an exception. Anything not foreseen here is an `internal_error`. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof InvalidRequest) return { code: 'invalid_request', members: { errors: error.errors } };
  if (error instanceof Overloaded) return { code: 'overloaded', retryAfter: error.retryAfter };
  if (isDatabaseAway(error)) return { code: 'unavailable', retryAfter: 2 };
  return transportRefusal(error) ?? { code: 'internal_error' };
}

function transportRefusal(error: unknown): Refusal | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return { code: 'body_too_large' };
  if (status === 415) return { code: 'unsupported_media_type' };
  if (typeof status === 'number' && status >= 400 && status < 500) return malformed('body', 'cannot be read');
  return undefined;
}

/** A request whose body or URL cannot even be parsed. */
export const malformed = (path: string, message: string): Refusal => ({
  code: 'invalid_request',
  members: { errors: [{ path, message }] },
});
