import { execFileSync } from 'node:child_process';
import { hammer, type Job, post, type Run } from './client.ts';
import { median, ms, quantile, row, statuses, table, timesOf } from './figures.ts';
import { type Accounts, codeNow, type Stack, seedAccounts, startFunction } from './stack.ts';

const PORT = 9211;
const ROUNDS = 5;

/** What the processors can hash, per second, with nothing else to do. */
function rawRate(seconds: number): number {
  const file = new URL('raw-argon2.ts', import.meta.url).pathname;
  return Number(execFileSync(process.execPath, [file, String(seconds)]).toString());
}

/** Valid logins, one per account and step; one that was turned away with 503 used nothing up and is sent again. */
function validLogins(accounts: Accounts): () => Job | null {
  const waiting = accounts.logins.map((login) => ({ login })).reverse();
  return () => {
    const turn = waiting.pop();
    if (turn === undefined) return null;
    const request = post({ login: turn.login, password: accounts.password, code: codeNow(accounts) });
    return { request, settle: ({ status }) => (status === 503 ? void waiting.push(turn) : undefined) };
  };
}

/** Wrong passwords for accounts that exist, each in turn. */
export function wrongPasswords(accounts: Accounts): () => Job {
  let index = 0;
  return () => {
    const login = accounts.logins[index++ % accounts.logins.length];
    return { request: post({ login, password: 'wrongwrongwrongwrongwrong', code: '123456' }) };
  };
}

const perSecond = ({ samples, seconds }: Run, status: number) => timesOf(samples, status).length / seconds;

export async function loginSection(stack: Stack): Promise<string> {
  const authenticate = await startFunction(stack, 'authenticate', PORT);
  const accounts = await seedAccounts(stack, 'login', 20_000);
  const next = validLogins(accounts);
  const run = (connections: number, seconds: number, of: () => Job | null = next) =>
    hammer({ port: PORT, connections, seconds, next: of });
  const forget = () => stack.db.query('truncate login_failures');
  // V8 compiles what it has seen often; a service that has been up for a while has seen it.
  await run(16, 6, wrongPasswords(accounts));
  await forget();
  await run(16, 5);

  const rounds: { raw: number; logins: number; share: number; refusals: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = rawRate(5);
    const busy = await run(16, 10);
    const after = rawRate(5);
    const wrong = await run(16, 3, wrongPasswords(accounts));
    await forget();
    const raw = (before + after) / 2;
    const logins = perSecond(busy, 200);
    rounds.push({ raw, logins, share: logins / raw, refusals: perSecond(wrong, 401) / logins });
  }
  const four = await run(4, 10);
  const memoryBefore = authenticate.memory();
  const crowd = await run(300, 20);
  const memoryAfter = authenticate.memory();
  const fourAgain = await run(4, 10);
  const patient = await hammer({ port: PORT, connections: 300, seconds: 15, next, obedient: true });
  await authenticate.stop();

  const of = (field: 'raw' | 'logins' | 'share' | 'refusals') => median(rounds.map((round) => round[field]));
  const spread = (field: 'share' | 'refusals', digits: number) =>
    `${of(field).toFixed(digits)} (${rounds.map((round) => round[field].toFixed(digits)).join(', ')})`;
  const accepted = quantile(timesOf(crowd.samples, 200), 0.95);
  // Before and after, since these machines drift.
  const withFour = (perSecond(four, 200) + perSecond(fourAgain, 200)) / 2;
  const kept = perSecond(crowd, 200) / withFour;
  const keptPatient = perSecond(patient, 200) / withFour;
  const acceptedPatient = quantile(timesOf(patient.samples, 200), 0.95);
  const others = crowd.samples.filter(({ status }) => status !== 200 && status !== 503).length;
  return table('Logins', [
    row('argon2id alone, per second', of('raw').toFixed(1)),
    row('successful logins over HTTP, 16 connections, per second', of('logins').toFixed(1)),
    row(`share of the hash rate, median of ${ROUNDS}`, spread('share', 3), '≥ 0.90', of('share') >= 0.9),
    row(
      'wrong passwords refused, as a multiple of successful logins',
      spread('refusals', 1),
      '≥ 40',
      of('refusals') >= 40,
    ),
    row('300 connections that never wait, 20 s', statuses(crowd.samples), 'only 200 and 503', others === 0),
    row('their throughput, as a share of that of 4 connections', kept.toFixed(2), '≥ 1', kept >= 1),
    row('95 % of the accepted', ms(accepted), '< 300 ms', accepted < 300),
    row('95 % of the turned away', ms(quantile(timesOf(crowd.samples, 503), 0.95))),
    row('300 connections that wait as told, 15 s', statuses(patient.samples)),
    row('their throughput, as a share of that of 4 connections', keptPatient.toFixed(2), '≥ 1', keptPatient >= 1),
    row('95 % of the accepted', ms(acceptedPatient), '< 300 ms', acceptedPatient < 300),
    row(
      'memory before and after the 300 that never wait',
      `${memoryBefore.toFixed(0)} → ${memoryAfter.toFixed(0)} MB`,
      'flat',
    ),
  ]);
}
