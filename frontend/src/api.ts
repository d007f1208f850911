import { type Answer, refusal } from './answers.ts';
import { learnTime } from './clock.ts';

/** What `generate-password` and `rotate` answer. Times are RFC 3339. */
export type Enrolling = {
  login: string;
  status: 'pending' | 'rotating';
  passwordQr: { svg: string; url: string; expiresAt: string };
  enrolmentTicket: string;
  ticketExpiresAt: string;
};
export type SecondFactor = {
  login: string;
  qr: { svg: string };
  otpauthUri: string;
  secret: string;
  expiresAt: string;
};
export type Authenticated = { login: string; activated: boolean; credentialsExpireAt: string };
export type Revealed = { login: string; password: string };
export type Credentials = { login: string; password: string; code: string };

/** Long enough for a slow mobile network, short enough to retry a reveal within its 60 seconds. */
const PATIENCE_MS = 12_000;

/**
 * One POST. Whatever is not a whole answer from the function itself (no network, a timeout, a body
 * cut short, a gateway's own error page) is `lost`: only the caller knows whether asking again is safe.
 */
async function post<T>(name: string, body: object, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const sentAt = Date.now();
  try {
    const response = await fetch(`/function/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    learnTime(response.headers.get('date'), sentAt, Date.now());
    const parsed = await response.json();
    return response.ok ? { kind: 'ok', value: parsed as T } : refusal(response, parsed);
  } catch {
    return { kind: 'lost' };
  }
}

/** Safe to repeat with the same key: the enrolment starts afresh and what was issued before is void. */
export const generatePassword = (login: string, key: string): Promise<Answer<Enrolling>> =>
  post('generate-password', { login }, { 'Idempotency-Key': key });

/** Safe to repeat: each call makes a new secret and voids the last. */
export const generateSecondFactor = (ticket: string): Promise<Answer<SecondFactor>> => post('generate-2fa', { ticket });

/** Safe to repeat for 60 seconds by the same claimant. */
export const revealPassword = (token: string, claimant: string): Promise<Answer<Revealed>> =>
  post('reveal-password', { token, claimant });

export const reportTheft = (token: string): Promise<Answer<object>> => post('reveal-password/report-theft', { token });

/** A code works once: never send again what may have arrived. The access token is let go of here. */
export async function authenticate(credentials: Credentials): Promise<Answer<Authenticated>> {
  const answer = await post<Authenticated>('authenticate', credentials);
  if (answer.kind !== 'ok') return answer;
  const { login, activated, credentialsExpireAt } = answer.value;
  return { kind: 'ok', value: { login, activated, credentialsExpireAt } };
}

/** By ticket it may be repeated (a used one is refused, nothing breaks); with a code it may not. */
export const rotate = (proof: Credentials | { ticket: string }): Promise<Answer<Enrolling>> => post('rotate', proof);
