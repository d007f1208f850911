import type { Keyring } from '../crypto/keyring.ts';
import { newId, osRandom } from '../crypto/random.ts';
import { seal } from '../crypto/sealing.ts';
import { newSecret } from '../crypto/totp.ts';
import type { CredentialSet } from './queries.ts';

/** As long as a real record: fingerprint key, fingerprint, argon2id string. */
const RECORD_LENGTH = 16 + 2 + 97;

/**
 * A set that belongs to nobody and that nothing opens. Where a login has no set, the decoy is checked in its place,
 * so that "no such login" does the same work as "wrong password" (A15).
 */
export function makeDecoy(keyring: Keyring): CredentialSet {
  const setId = newId();
  return {
    setId,
    accountId: null,
    slot: 'current',
    passwordSealed: seal(keyring, { purpose: 'password', row: setId }, osRandom(RECORD_LENGTH)),
    totpId: setId,
    totpSealed: seal(keyring, { purpose: 'totp', row: setId }, newSecret()),
    lastStep: null,
  };
}
