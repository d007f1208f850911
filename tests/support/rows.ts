/** Inserts as SQL text. Each makes a valid row; changes are SQL expressions by column. */
export const ALICE = '00000000-0000-7000-8000-00000000000a';
export const BOB = '00000000-0000-7000-8000-00000000000b';
export const PENDING = '00000000-0000-7000-8000-000000000001';
export const CURRENT = '00000000-0000-7000-8000-000000000002';
export const OTHER = '00000000-0000-7000-8000-000000000003';

type Columns = Readonly<Record<string, string>>;

/** An insert whose values are SQL expressions. */
const insert = (table: string, columns: Columns): string =>
  `insert into ${table} (${Object.keys(columns).join(', ')}) values (${Object.values(columns).join(', ')})`;

export const DIGEST = `decode(repeat('ab', 32), 'hex')`;
export const pendingSet = (changes: Columns = {}): string =>
  insert('credential_sets', {
    id: `'${PENDING}'`,
    account_id: `'${ALICE}'`,
    slot: `'pending'`,
    password_sealed: `'x'`,
    confirm_before: `clock() + interval '15 minutes'`,
    ...changes,
  });
export const currentSet = (changes: Columns = {}): string =>
  insert('credential_sets', {
    id: `'${CURRENT}'`,
    account_id: `'${ALICE}'`,
    slot: `'current'`,
    password_sealed: `'x'`,
    totp_id: 'uuidv7()',
    totp_sealed: `'x'`,
    last_step: '100',
    confirmed_at: 'clock()',
    expires_at: `clock() + interval '6 months'`,
    ...changes,
  });
export const link = (changes: Columns = {}): string =>
  insert('reveal_links', {
    set_id: `'${PENDING}'`,
    token_digest: DIGEST,
    password_sealed: `'x'`,
    expires_at: `clock() + interval '15 minutes'`,
    ...changes,
  });
export const ticket = (changes: Columns = {}): string =>
  insert('tickets', {
    digest: DIGEST,
    purpose: `'enrolment'`,
    account_id: 'null',
    set_id: `'${PENDING}'`,
    expires_at: `clock() + interval '15 minutes'`,
    ...changes,
  });
export const failure = (changes: Columns = {}): string =>
  insert('login_failures', {
    subject: `decode(repeat('ab', 16), 'hex')`,
    failures: '1',
    failed_at: 'clock()',
    wait_until: 'clock()',
    ...changes,
  });
