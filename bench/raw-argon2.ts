import { availableParallelism } from 'node:os';

// As many threads as processors, nothing else in the process: what the hardware can hash.
process.env['UV_THREADPOOL_SIZE'] = String(availableParallelism());
const { default: argon2 } = await import('argon2');
const { ARGON2 } = await import('../functions/shared/crypto/password-record.ts');

const seconds = Number(process.argv[2] ?? 5);
const hash = await argon2.hash('a password of 24 letters', { type: argon2.argon2id, ...ARGON2 });
const end = performance.now() + seconds * 1000;
let verified = 0;
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    while (performance.now() < end) {
      await argon2.verify(hash, 'a password of 24 letters');
      verified += 1;
    }
  }),
);
process.stdout.write(String(verified / seconds));
