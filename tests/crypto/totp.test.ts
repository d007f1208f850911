import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeAt, keyUri, matchingStep, newSecret, secretText, stepAt } from '../../functions/shared/crypto/totp.ts';
import { bytesOf, holds, seededRandom } from '../support/deterministic.ts';

/** The secret of both RFCs' test values. */
const RFC_SECRET = Buffer.from('12345678901234567890');

const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 });
/** Seconds since 1970, from 2001 to 2096. */
const instants = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });

describe('codeAt', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('meets RFC 6238, appendix B, at %i seconds', (seconds, eightDigits) => {
    expect(codeAt(RFC_SECRET, stepAt(seconds))).toBe(eightDigits.slice(-6));
  });

  it('meets RFC 4226, appendix D, for the counters 0 to 9', () => {
    expect(Array.from({ length: 10 }, (_, counter) => codeAt(RFC_SECRET, counter))).toEqual(
      '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '),
    );
  });

  it('is always six digits', () => {
    holds(fc.property(secrets, instants, (secret, now) => /^[0-9]{6}$/.test(codeAt(secret, stepAt(now)))));
  });
});

describe('stepAt', () => {
  it('changes every 30 seconds, on the second', () => {
    expect([0, 29, 29.999, 30, 59.5, 60].map(stepAt)).toEqual([0, 0, 0, 1, 1, 2]);
  });
});

describe('matchingStep', () => {
  it('accepts the current step and one either side, and no other', () => {
    holds(
      fc.property(secrets, instants, fc.integer({ min: -5, max: 5 }), (secret, now, distance) => {
        const step = stepAt(now) + distance;
        expect(matchingStep(secret, codeAt(secret, step), now, null)).toBe(Math.abs(distance) <= 1 ? step : null);
      }),
      500,
    );
  });

  it('refuses the last used step and every one before it (A9, A10)', () => {
    holds(
      fc.property(
        secrets,
        instants,
        fc.integer({ min: -1, max: 1 }),
        fc.integer({ min: -4, max: 4 }),
        (secret, now, distance, used) => {
          const step = stepAt(now) + distance;
          const lastStep = step + used;
          expect(matchingStep(secret, codeAt(secret, step), now, lastStep)).toBe(used < 0 ? step : null);
        },
      ),
      500,
    );
  });

  it('knows the codes of one secret only', () => {
    const now = 1_800_000_000;
    const code = codeAt(bytesOf('mine').subarray(0, 20), stepAt(now));
    expect(matchingStep(bytesOf('yours').subarray(0, 20), code, now, null)).toBeNull();
  });

  const now = 1_234_567_890;
  const right = '005924';
  it('refuses anything but the six digits themselves', () => {
    expect(matchingStep(RFC_SECRET, right, now, null)).toBe(stepAt(now));
    const fullWidth = [...right].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    const arabic = [...right].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join('');
    const spaced = [` ${right}`, `${right} `, '005 924', '00592 ', `${right}\n`, `\0${right}`];
    const wrongLength = ['', '0', '5924', '00592', '0005924', '89005924', right.repeat(2), '0'.repeat(64)];
    const sixBytes = ['ééé', '\0\0\0\0\0\0', '€€'];
    for (const code of [...spaced, ...wrongLength, ...sixBytes, fullWidth, arabic, '-05924', '0x5924', '5924.0'])
      expect([code, matchingStep(RFC_SECRET, code, now, null)]).toEqual([code, null]);
  });

  it('never throws, whatever was typed', () => {
    holds(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (code) => {
        expect(matchingStep(RFC_SECRET, code, now, null)).toBeNull();
      }),
    );
  });
});

describe('a secret', () => {
  it('has 160 bits, and 32 base32 characters without padding', () => {
    expect(newSecret()).toHaveLength(20);
    expect(newSecret(seededRandom('s'))).toEqual(seededRandom('s')(20));
    holds(fc.property(secrets, (secret) => /^[A-Z2-7]{32}$/.test(secretText(secret))));
  });

  it('is written as RFC 4648 has it', () => {
    expect(secretText(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
    expect(secretText(RFC_SECRET)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});

describe('keyUri', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  it.each([
    ['COFRAP', 'alice', `otpauth://totp/COFRAP:alice?secret=${secret}&issuer=COFRAP`],
    ['COFRAP', 'a+b@c.é', `otpauth://totp/COFRAP:a%2Bb%40c.%C3%A9?secret=${secret}&issuer=COFRAP`],
    ['My Corp & Co', 'alice', `otpauth://totp/My%20Corp%20%26%20Co:alice?secret=${secret}&issuer=My%20Corp%20%26%20Co`],
    ['a/b?c#d=e', 'x-y_z', `otpauth://totp/a%2Fb%3Fc%23d%3De:x-y_z?secret=${secret}&issuer=a%2Fb%3Fc%23d%3De`],
  ])('of %s and %s is what authenticator apps import', (issuer, login, expected) => {
    expect(keyUri(issuer, login, RFC_SECRET)).toBe(expected);
  });
});
