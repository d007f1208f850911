import { newToken } from '../functions/shared/crypto/token.ts';
import { atRate, type Job, post, type Sample } from './client.ts';
import { ms, quantile, row, statuses, table, timesOf } from './figures.ts';
import { type FunctionProcess, type Stack, seedAccounts, startFunction } from './stack.ts';

const PORT = 9214;
const RATE = 20;
const SECONDS = 10;
const WARM_UP = 5;

/** The functions that people meet while enrolling, each alone, at 20 requests per second. */
export async function otherFunctionsSection(stack: Stack): Promise<string> {
  const enrolments = await enrolmentsFor(stack, RATE * (SECONDS + WARM_UP));
  const tickets = await rotationTickets(stack, RATE * (SECONDS + WARM_UP));
  let login = 0;
  const jobs: [string, number, () => unknown][] = [
    ['generate-password', 201, () => ({ login: `fresh${login++}` })],
    ['reveal-password', 200, () => ({ token: enrolments.tokens.pop() })],
    ['generate-2fa', 200, () => ({ ticket: enrolments.tickets.pop() })],
    ['rotate', 201, () => ({ ticket: tickets.pop() })],
  ];
  const rows: string[] = [];
  for (const [name, success, body] of jobs) {
    const running = await startFunction(stack, name, PORT);
    const next = (): Job => ({ request: post(body()) });
    await atRate({ port: PORT, rate: RATE, seconds: WARM_UP, next });
    const { samples } = await atRate({ port: PORT, rate: RATE, seconds: SECONDS, next });
    await running.stop();
    rows.push(describe(name, success, samples));
  }
  return table(`The other functions at ${RATE} requests per second`, rows);
}

function describe(name: string, success: number, samples: readonly Sample[]): string {
  const p95 = quantile(timesOf(samples, success), 0.95);
  const all = samples.every(({ status }) => status === success);
  return row(`\`${name}\`: 95 %`, `${ms(p95)} (${statuses(samples)})`, '< 50 ms', p95 < 50 && all);
}

/** Enrolments made through the function itself; answers their link tokens and tickets. */
async function enrolmentsFor(stack: Stack, count: number) {
  const running: FunctionProcess = await startFunction(stack, 'generate-password', PORT);
  const tokens: string[] = [];
  const tickets: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: `enrolling${i}` }),
    });
    const body = (await answer.json()) as { passwordQr: { url: string }; enrolmentTicket: string };
    tokens.push(new URL(body.passwordQr.url).hash.slice(1));
    tickets.push(body.enrolmentTicket);
  }
  await running.stop();
  return { tokens, tickets };
}

/** Rotation tickets as expired logins are given them. */
async function rotationTickets(stack: Stack, count: number): Promise<string[]> {
  const { logins } = await seedAccounts(stack, 'renewing', count);
  const tickets = logins.map(() => newToken());
  await stack.db.query(
    `insert into tickets (digest, purpose, account_id, expires_at)
     select t.digest, 'rotation', a.id, clock() + interval '1 hour'
     from unnest($1::text[], $2::bytea[]) as t (login, digest) join accounts a using (login)`,
    [logins, tickets.map(({ digest }) => digest)],
  );
  return tickets.map(({ token }) => token);
}
