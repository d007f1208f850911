import type { z } from 'zod';
import { type Origin, record } from '../shared/audit.ts';
import type { Keyring } from '../shared/crypto/keyring.ts';
import { newId } from '../shared/crypto/random.ts';
import { seal } from '../shared/crypto/sealing.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { keyUri, newSecret, secretText } from '../shared/crypto/totp.ts';
import { inTransaction, type Pool } from '../shared/db/pool.ts';
import { type Answer, refuse } from '../shared/http/problems.ts';
import { drawQr } from '../shared/qr.ts';
import { enrolmentOfTicket, issueSecondFactor } from './queries.ts';
import type { generate2faAnswer } from './schema.ts';

/**
 * Makes the second factor of an enrolment (R3). Each call makes a new secret and voids the last, so no secret is
 * ever served twice. Nothing but the enrolment ticket leads here: a login alone changes nothing (A2).
 */
export async function generate2fa(
  { pool, keyring, issuer }: { pool: Pool; keyring: Keyring; issuer: string },
  request: { ticket: string; origin: Origin },
): Promise<Answer<z.infer<typeof generate2faAnswer>>> {
  const enrolment = await enrolmentOfTicket(pool, sha256(request.ticket));
  if (enrolment === undefined) return refuse('invalid_ticket');
  const { setId, accountId, login } = enrolment;
  const secret = newSecret();
  const otpauthUri = keyUri(issuer, login, secret);
  const qr = await drawQr(otpauthUri);
  const sealed = seal(keyring, { purpose: 'totp', row: setId }, secret);

  return inTransaction(pool, async (tx) => {
    const expiresAt = await issueSecondFactor(tx, { setId, totpId: newId(), sealed });
    if (expiresAt === undefined) return refuse('invalid_ticket');
    await record(tx, 'second_factor_issued', accountId, request.origin);
    return {
      status: 200,
      body: { login, qr, otpauthUri, secret: secretText(secret), expiresAt: expiresAt.toISOString() },
    };
  });
}
