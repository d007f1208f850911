import type { HashingQueue } from '../crypto/hashing-queue.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { generatePassword } from '../crypto/password.ts';
import { makePasswordRecord } from '../crypto/password-record.ts';
import { newId } from '../crypto/random.ts';
import { sealForToken } from '../crypto/reveal-link.ts';
import { seal } from '../crypto/sealing.ts';
import { newToken } from '../crypto/token.ts';
import { drawQr, type QrPictures } from '../qr.ts';

/** A fresh password on its way to its owner: what is stored, and what the answer carries. No field holds the password. */
export type PreparedEnrolment = {
  readonly stored: {
    readonly setId: string;
    readonly linkId: string;
    readonly passwordSealed: Buffer;
    readonly linkSealed: Buffer;
    readonly linkDigest: Buffer;
    readonly ticketDigest: Buffer;
  };
  readonly answer: { readonly qr: QrPictures; readonly url: string; readonly ticket: string };
};

/**
 * Makes a password (R1), its argon2id record sealed with the keyring (R5), and a one-time link that alone can
 * show it (R2). Touches no database: it runs before the transaction, because hashing takes long.
 */
export async function prepareEnrolment(
  keyring: Keyring,
  hashing: HashingQueue,
  publicUrl: string,
): Promise<PreparedEnrolment> {
  const password = generatePassword();
  const [setId, linkId, link, ticket] = [newId(), newId(), newToken(), newToken()];
  const url = `${publicUrl}/reveal#${link.token}`;
  // Drawn while another thread hashes.
  const [passwordRecord, qr] = await Promise.all([hashing.run(() => makePasswordRecord(password)), drawQr(url)]);
  return {
    stored: {
      setId,
      linkId,
      passwordSealed: seal(keyring, { purpose: 'password', row: setId }, passwordRecord),
      linkSealed: sealForToken(link.token, linkId, password),
      linkDigest: link.digest,
      ticketDigest: ticket.digest,
    },
    answer: { qr, url, ticket: ticket.token },
  };
}
