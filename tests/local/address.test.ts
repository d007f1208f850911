import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultPublicUrl, networkAddress } from '../../local/address.ts';

describe('networkAddress', () => {
  it('is an IPv4 address of this machine that others can reach, or undefined', () => {
    const reachable = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    const address = networkAddress();
    if (reachable.length === 0) expect(address).toBeUndefined();
    else expect(reachable).toContain(address);
    expect(address === undefined || isIPv4(address)).toBe(true);
  });
});

describe('defaultPublicUrl', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])('is localhost when only this machine is listened to: %s', (host) => {
    expect(defaultPublicUrl(host, 8080)).toBe('http://localhost:8080');
  });

  it.each(['0.0.0.0', '::'])(
    'is the network address when the network is listened to, so that a phone gets there: %s',
    (host) => {
      expect(defaultPublicUrl(host, 9000)).toBe(`http://${networkAddress() ?? 'localhost'}:9000`);
    },
  );

  it.each([
    ['192.0.2.7', 'http://192.0.2.7:8080'],
    ['pc.example.test', 'http://pc.example.test:8080'],
    ['2001:db8::7', 'http://[2001:db8::7]:8080'],
  ])('is the address listened to: %s', (host, url) => {
    expect(defaultPublicUrl(host, 8080)).toBe(url);
    expect(URL.canParse(url)).toBe(true);
  });
});
