import { hammer, post } from './client.ts';
import { ms, quantile, row, statuses, table, timesOf } from './figures.ts';
import { wrongPasswords } from './logins.ts';
import { codeNow, type Stack, seedAccounts, startFunction } from './stack.ts';

const PORT = 9212;
const SECONDS = 15;

/** Real users log in while wrong passwords arrive as fast as they are refused (A23). */
export async function floodSection(stack: Stack): Promise<string> {
  const authenticate = await startFunction(stack, 'authenticate', PORT);
  const users = await seedAccounts(stack, 'user', 500);
  const victims = await seedAccounts(stack, 'victim', 5_000);
  const wrong = wrongPasswords(victims);
  await hammer({ port: PORT, connections: 16, seconds: 5, next: wrong });

  let turn = 0;
  const valid = () => {
    const login = users.logins[turn++];
    return login === undefined ? null : { request: post({ login, password: users.password, code: codeNow(users) }) };
  };
  const oneAtATime = () => hammer({ port: PORT, connections: 1, seconds: SECONDS / 2, next: valid });
  const quiet = await oneAtATime();
  const [flood, during] = await Promise.all([
    hammer({ port: PORT, connections: 16, seconds: SECONDS / 2, next: wrong }),
    oneAtATime(),
  ]);
  await authenticate.stop();

  const p95 = quantile(timesOf(during.samples, 200), 0.95);
  return table('A flood of wrong passwords', [
    row('valid logins, one at a time, no flood: 95 %', ms(quantile(timesOf(quiet.samples, 200), 0.95))),
    row('the same during the flood: 95 %', ms(p95), '< 300 ms', p95 < 300),
    row(
      'answers to the valid ones',
      statuses(during.samples),
      'only 200',
      during.samples.every((s) => s.status === 200),
    ),
    row('the flood', `${(flood.samples.length / flood.seconds).toFixed(0)} per second: ${statuses(flood.samples)}`),
  ]);
}
