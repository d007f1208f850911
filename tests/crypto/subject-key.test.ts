import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newKey } from '../../functions/shared/crypto/new-keys.ts';
import { parseSubjectKey } from '../../functions/shared/crypto/subject-key.ts';
import { bytesOf } from '../support/deterministic.ts';

const key = bytesOf('subject').toString('base64url');
const hash = parseSubjectKey(key);

describe('a subject hash', () => {
  it('is HMAC-SHA-256 under the key, cut to 16 bytes', () => {
    const expected = createHmac('sha256', bytesOf('subject')).update('pair\0alice\x00192.0.2.1').digest();
    expect(hash('pair', 'alice', '192.0.2.1')).toEqual(expected.subarray(0, 16));
  });

  it('is the same for equal parts and differs where the parts are cut differently', () => {
    expect(hash('a', 'bc')).toEqual(hash('a', 'bc'));
    const hashes = [hash('a', 'bc'), hash('ab', 'c'), hash('abc'), hash('', 'abc'), hash('bc', 'a')];
    expect(new Set(hashes.map((bytes) => bytes.toString('hex'))).size).toBe(5);
  });

  it('depends on the key', () => {
    expect(parseSubjectKey(newKey())('alice')).not.toEqual(hash('alice'));
  });
});

describe('parseSubjectKey', () => {
  it('takes the newline that editors put at the end', () => {
    expect(parseSubjectKey(` ${key}\n`)('alice')).toEqual(hash('alice'));
  });

  it.each([
    ['empty', ''],
    ['31 bytes', bytesOf('subject').subarray(0, 31).toString('base64url')],
    ['33 bytes', Buffer.concat([bytesOf('subject'), Buffer.of(1)]).toString('base64url')],
    ['hex', bytesOf('subject').toString('hex')],
    ['padded', `${key}=`],
    ['a character too many', `${key}!`],
    ['a space inside', `${key.slice(0, 20)} ${key.slice(20)}`],
    ['not canonical: bits that count for nothing', `${'A'.repeat(42)}B`],
    ['two keys', `${key}\n${key}`],
  ])('refuses a key that is %s, and does not show it', (_fault, text) => {
    expect(() => parseSubjectKey(text)).toThrow(/^is not 32 bytes in base64url$/);
  });
});
