import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startSite } from './support/site.ts';

const site = await startSite();

it('the way through the API in docs/api.md works as it is printed, with curl, jq and oathtool alone', async () => {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const script = /```sh\n(B=[\s\S]*?)```/.exec(page)?.[1]?.replace(/^B=.*$/m, `B=${site.url}/function`) ?? '';
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
  expect(JSON.parse(stdout)).toEqual({
    status: 'authenticated',
    activated: true,
    credentialsExpireAt: expect.stringMatching(/Z$/),
  });
});
