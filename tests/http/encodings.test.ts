import { describe, expect, it } from 'vitest';
import { clientKey } from '../../functions/shared/http/client.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();
const send = (headers: Record<string, string>) => product.call('generate-2fa', { ticket: 'x' }, { headers });

describe('a body in another encoding than it is read in', () => {
  it.each(['gzip', 'br', 'deflate', 'gzip, identity'])(
    'is refused unread when it is compressed by %s',
    async (encoding) => {
      expect(await send({ 'content-encoding': encoding })).toMatchObject({
        status: 415,
        body: { code: 'unsupported_media_type' },
      });
    },
  );

  it.each(['utf-16', 'latin1', '"iso-8859-1"'])('is refused when it says it is %s', async (charset) => {
    const reply = await send({ 'content-type': `application/json; charset=${charset}` });
    expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  it.each(['application/json; charset=utf-8', 'application/json; charset="UTF-8"', 'application/json;charset=utf8'])(
    'is read when it is %s',
    async (type) => {
      expect(await send({ 'content-type': type, 'content-encoding': 'identity' })).toMatchObject({ status: 401 });
    },
  );
});

describe('a client that is no address', () => {
  it.each(['', 'unknown', 'evil', '1.2.3.4.5', '_hidden'])('%j counts as one and the same', (text) => {
    expect(clientKey(text)).toBe('no address');
  });

  it.each([
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8:1:2::3]:4711', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::3]', '2001:db8:1:2::/64'],
  ])('%s counts without its port', (text, key) => {
    expect(clientKey(text)).toBe(key);
  });
});
