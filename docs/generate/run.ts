import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { migrationChecksums } from './checksums.ts';
import { openApi } from './openapi.ts';
import { schemaPage } from './schema.ts';

/**
 * Writes the documents that are made from the code; with `--check`, writes nothing and fails when one that is committed
 * is not what the code says.
 */
const root = new URL('../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
const documents: Record<string, string> = {
  'docs/openapi.json': `${JSON.stringify(openApi(version), null, 2)}\n`,
  'docs/schema.md': await schemaPage(),
  'migrations/checksums.txt': migrationChecksums(),
};

const check = process.argv.includes('--check');
const stale = Object.entries(documents).filter(([path, text]) => {
  const url = new URL(path, root);
  return !existsSync(url) || readFileSync(url, 'utf8') !== text;
});
for (const [path, text] of stale) {
  if (check) process.stderr.write(`${path} is not what the code says: run npm run docs\n`);
  else writeFileSync(new URL(path, root), text);
}
if (check && stale.length > 0) process.exit(1);
process.stdout.write(
  `${Object.keys(documents).length} generated documents, ${stale.length} ${check ? 'stale' : 'written'}\n`,
);
