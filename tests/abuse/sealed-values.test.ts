import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../functions/authenticate/app.ts';
import { newKey, newKeyring } from '../../functions/shared/crypto/new-keys.ts';
import { activate, codeOf, logIn } from '../support/person.ts';
import { makeSecrets, startProduct } from '../support/product.ts';

const product = await startProduct();
const setOf = (login: string) =>
  `(select s.id from credential_sets s join accounts a on a.id = s.account_id where a.login = '${login}')`;
const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const audited = async () =>
  Number((await product.db.query(`select count(*) from audit_events where event = 'seal_broken'`))[0]?.['count']);

describe('ciphertexts that were swapped, cut or come from elsewhere (A17)', () => {
  it.each(['password_sealed', 'totp_sealed'])('does not open the %s of another row, and audits it', async (column) => {
    const [mallory, alice] = [await activate(product, `mallory.${column}`), await activate(product, `alice.${column}`)];
    await product.db.query(
      `update credential_sets set ${column} = (select ${column} from credential_sets where id = ${setOf(mallory.login)})
       where id = ${setOf(alice.login)}`,
    );
    const before = await audited();
    const [password, secret] =
      column === 'password_sealed' ? [mallory.password, alice.secret] : [alice.password, mallory.secret];
    expect(await logIn(product, { login: alice.login, password, secret })).toMatchObject({ status: 401 });
    expect(await logIn(product, alice)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    await expect.poll(audited).toBeGreaterThan(before);
    expect((await logIn(product, mallory)).status).toBe(200);
  });

  it('does not open one column in the place of the other', async () => {
    const person = await activate(product, 'columns');
    await product.db.query(
      `update credential_sets set password_sealed = totp_sealed, totp_sealed = password_sealed where id = ${setOf('columns')}`,
    );
    expect((await logIn(product, person)).status).toBe(401);
  });

  it.each(["''", "'\\x00'", "'\\x01ff'", 'substring(password_sealed for 20)', "password_sealed || '\\x00'"])(
    'fails closed on %s',
    async (value) => {
      const person = await activate(product, `cut.${sha(value)}`);
      await product.db.query(`update credential_sets set password_sealed = ${value} where id = ${setOf(person.login)}`);
      expect((await logIn(product, person)).status).toBe(401);
    },
  );
});

describe('a key that did not seal the row (A18)', () => {
  async function authenticateWith(keyring: string) {
    const SECRETS_DIR = makeSecrets();
    writeFileSync(join(SECRETS_DIR, 'keyring'), keyring);
    return (await build({ ...product.env, SECRETS_DIR })).app;
  }

  it.each(['another id', 'the same id'])('fails that request closed when it has %s', async (which) => {
    const person = await activate(product, `foreign.${which.replaceAll(' ', '.')}`);
    const own = JSON.parse(readFileSync(join(product.env['SECRETS_DIR'] ?? '', 'keyring'), 'utf8')).keys[0].kid;
    const app = await authenticateWith(newKeyring(which === 'the same id' ? own : 'other'));
    const payload = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const reply = await app.inject({ method: 'POST', url: '/', payload });
    expect(reply.statusCode).toBe(401);
    expect(reply.json().code).toBe('invalid_credentials');
    await app.close();
    expect((await logIn(product, person)).status).toBe(200);
  });

  it('opens what an older key sealed, as long as the keyring holds it', async () => {
    const person = await activate(product, 'rotated');
    const old = JSON.parse(readFileSync(join(product.env['SECRETS_DIR'] ?? '', 'keyring'), 'utf8')).keys;
    const app = await authenticateWith(JSON.stringify({ keys: [{ kid: 'newer', key: newKey() }, ...old] }));
    const payload = { login: person.login, password: person.password, code: await codeOf(product, person) };
    expect((await app.inject({ method: 'POST', url: '/', payload })).statusCode).toBe(200);
    await app.close();
  });
});
