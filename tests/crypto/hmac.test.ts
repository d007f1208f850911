import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hmac } from '../../functions/shared/crypto/hmac.ts';

describe('hmac', () => {
  it.each<[string, Buffer, string, string]>([
    [
      'RFC 4231, 4.2',
      Buffer.alloc(20, 0x0b),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'RFC 4231, 4.3',
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'RFC 4231, 4.7, a key longer than a block',
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('meets %s, with SHA-256, for bytes and for a key object', (_source, key, text, expected) => {
    expect(hmac('sha256', key, text).toString('hex')).toBe(expected);
    expect(hmac('sha256', createSecretKey(key), Buffer.from(text)).toString('hex')).toBe(expected);
  });

  it('meets RFC 2202, 3.1, with SHA-1', () => {
    const mac = hmac('sha1', Buffer.alloc(20, 0x0b), 'Hi There');
    expect(mac.toString('hex')).toBe('b617318655057264e28bc0b6fb378c8ef146be00');
  });
});
