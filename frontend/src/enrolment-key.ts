import { randomToken } from './random.ts';

/**
 * The idempotency key of each enrolment begun in this tab, so that a reload can start it afresh
 * instead of meeting "login taken". Safe to keep for the tab's life: the key is no credential, it
 * can only restart an enrolment nobody has confirmed. Nothing else about an enrolment is stored.
 */
const STORED = 'enrolments';

type Keys = Record<string, string>;

function read(): Keys {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? '{}') as Keys;
  } catch {
    return {};
  }
}

function write(keys: Keys): void {
  try {
    if (Object.keys(keys).length > 0) sessionStorage.setItem(STORED, JSON.stringify(keys));
    else sessionStorage.removeItem(STORED);
  } catch {
    // Storage forbidden: a reload then has to wait until the login is free again.
  }
}

/** The same account must find the same key, so fold the login as the server does. */
const folded = (login: string): string => login.normalize('NFKC').toLowerCase();

/** The key under which this tab enrols `login`: the one already in use, else a fresh one. */
export function enrolmentKey(login: string): string {
  const keys = read();
  const key = Object.hasOwn(keys, folded(login)) ? keys[folded(login)] : undefined;
  if (key !== undefined) return key;
  const fresh = randomToken();
  write({ ...keys, [folded(login)]: fresh });
  return fresh;
}

/** Forget the key once the enrolment is confirmed, or was refused as somebody else's. */
export function dropEnrolmentKey(login: string): void {
  const { [folded(login)]: _dropped, ...others } = read();
  write(others);
}

/** The login whose enrolment this tab began last and has not finished. */
export const unfinishedLogin = (): string | undefined => Object.keys(read()).at(-1);
