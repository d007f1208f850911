import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { ARGON2 } from '../functions/shared/crypto/password-record.ts';
import { floodSection } from './flood.ts';
import { loginSection } from './logins.ts';
import { otherFunctionsSection } from './others.ts';
import { startStack } from './stack.ts';
import { startSection } from './starts.ts';
import { timingSection } from './timing.ts';

/** Runs every measurement and writes `bench/REPORT.md`. Each figure stands beside what it is compared with, from the same run. */
const stack = await startStack();
const sections: string[] = [];
try {
  for (const measure of [startSection, loginSection, floodSection, timingSection, otherFunctionsSection]) {
    const section = await measure(stack);
    process.stdout.write(`${section}\n`);
    sections.push(section);
  }
} finally {
  await stack.stop();
}
writeFileSync(new URL('REPORT.md', import.meta.url), [header(), ...sections].join('\n'));

function header(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const [cpu] = cpus();
  return [
    '# Measurements',
    '',
    'Written by `npm run bench`. Load generator, functions and PostgreSQL share the machine; ratios travel, absolute figures do not.',
    '',
    `- ${cpu?.model ?? 'unknown processor'}, ${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, PostgreSQL 18 with its default durability`,
    `- argon2id: ${ARGON2.memoryCost / 1024} MiB, t=${ARGON2.timeCost}, p=${ARGON2.parallelism}`,
    `- commit ${commit}, ${new Date().toISOString().slice(0, 10)}`,
    '',
  ].join('\n');
}
