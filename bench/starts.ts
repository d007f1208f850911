import { median, ms, row, table } from './figures.ts';
import { type Stack, startFunction } from './stack.ts';

const NAMES = ['generate-password', 'reveal-password', 'generate-2fa', 'authenticate', 'rotate'];
const TIMES = 5;
const PORT = 9213;

/** From spawning a function's process to its first 200 on `/_/ready`, and what it then holds. */
export async function startSection(stack: Stack): Promise<string> {
  const rows: string[] = [];
  for (const name of NAMES) {
    const starts: number[] = [];
    const memory: number[] = [];
    for (let i = 0; i < TIMES; i += 1) {
      const running = await startFunction(stack, name, PORT);
      starts.push(running.startMs);
      memory.push(running.memory());
      await running.stop();
    }
    rows.push(row(`\`${name}\`: start to ready`, ms(median(starts)), '< 400 ms', median(starts) < 400));
    rows.push(row(`\`${name}\`: idle memory`, `${median(memory).toFixed(0)} MB`, '< 90 MB', median(memory) < 90));
  }
  return table(`Starting (median of ${TIMES})`, rows);
}
