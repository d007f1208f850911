import { Connection, post } from './client.ts';
import { median, ms, row, table } from './figures.ts';
import { type Accounts, codeNow, type Stack, seedAccounts, startFunction } from './stack.ts';

const PORT = 9215;
const TRIES = 2_000;

/** Four ways to be refused, in turn over one connection: what time tells apart (A15). */
export async function timingSection(stack: Stack): Promise<string> {
  const authenticate = await startFunction(stack, 'authenticate', PORT);
  const accounts = await seedAccounts(stack, 'timed', TRIES);
  const connection = await Connection.open(PORT);
  const times = new Map<string, number[]>();
  for (let round = 0; round < TRIES; round += 1) {
    for (const [way, request] of Object.entries(refusals(accounts, round))) {
      const { ms: time } = await connection.send(request);
      const taken = times.get(way) ?? [];
      times.set(way, taken);
      if (round > TRIES / 10) taken.push(time);
    }
  }
  connection.close();
  await authenticate.stop();
  const [unknown = []] = times.values();
  const rows = [...times].map(([way, taken]) => {
    const slower = probabilitySlower(taken, unknown);
    return row(
      `${way}: median, and how often it is slower than an unknown login`,
      `${ms(median(taken))}, ${(slower * 100).toFixed(1)} %`,
      'about 50 %',
    );
  });
  return table(`Refusals side by side (${TRIES} tries each, in turn)`, rows);
}

function refusals(accounts: Accounts, round: number): Record<string, string> {
  const login = accounts.logins[round];
  const { password } = accounts;
  return {
    'unknown login': post({ login: `nobody${round}`, password, code: '123456' }),
    'wrong password': post({ login, password: 'wrongwrongwrongwrongwrong', code: codeNow(accounts) }),
    'wrong code': post({ login, password, code: '123456' }),
    'no code': post({ login, password }),
  };
}

/** The chance that one drawn from `a` exceeds one drawn from `b`: one half when the two cannot be told apart. */
function probabilitySlower(a: readonly number[], b: readonly number[]): number {
  const sorted = [...b].sort((x, y) => x - y);
  const below = (value: number) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return a.reduce((sum, value) => sum + below(value), 0) / (a.length * b.length);
}
