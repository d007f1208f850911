import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginSchema, normaliseLogin } from '../functions/shared/login.ts';
import { holds } from './support/deterministic.ts';

const accepted = (text: string): boolean => loginSchema.safeParse(text).success;

describe('normaliseLogin', () => {
  it('has nothing left to do the second time', () => {
    holds(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const once = normaliseLogin(text);
        expect(normaliseLogin(once)).toBe(once);
      }),
      1_000,
    );
  });

  it('has nothing left to do the second time, character by character', () => {
    const changed: string[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      const once = normaliseLogin(String.fromCharCode(code));
      if (normaliseLogin(once) !== once) changed.push(code.toString(16));
    }
    expect(changed).toEqual([]);
  });

  it.each([
    ['ALICE', 'alice'],
    ['ａｌｉｃｅ', 'alice'],
    ['ＡＬＩＣＥ', 'alice'],
    ['Alice', 'alice'],
    ['ﬁnn', 'finn'],
    ['zoe\u0308', 'zoë'],
    ['ZOË', 'zoë'],
    ['STRAẞE', 'straße'],
    ['bob²', 'bob2'],
    ['ŒUVRE', 'œuvre'],
  ])('makes one account of %s and %s', (typed, login) => {
    expect(loginSchema.parse(typed)).toBe(login);
    expect(loginSchema.parse(login)).toBe(login);
  });
});

describe('a login', () => {
  it.each([
    'bob',
    'a1b',
    '...',
    '007',
    'jean-luc',
    'a.b_c-d@e+f',
    'élodie',
    'françois',
    'cœur',
    'łukasz',
    'ångström',
    'þór',
    'x'.repeat(64),
    'É'.repeat(64),
    'ﬁ'.repeat(32),
  ])('may be %s', (text) => {
    expect(accepted(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['two characters', 'ab'],
    ['65 characters', 'x'.repeat(65)],
    ['65 characters once normalised', `${'ﬁ'.repeat(32)}x`],
    ['257 characters', 'x'.repeat(257)],
    ['Cyrillic а', '\u0430lice'],
    ['Greek ο', 'b\u03bfb'],
    ['Greek Ω, written as the ohm sign', 'bob\u2126'],
    ['IPA ɑ', '\u0251lice'],
    ['Turkish İ', 'al\u0130ce'],
    ['a combining mark that composes with nothing', 'bob\u0335'],
    ['Armenian', 'բարև'],
    ['Han', '愛麗絲'],
    ['Arabic-Indic digits', 'bob٣'],
    ['an emoji', 'bob😀'],
    ['a lone surrogate', 'bob\ud800'],
    ['a space', 'bob smith'],
    ['a space around it', ' bob '],
    ['a no-break space', 'bob\u00a0smith'],
    ['a newline', 'bob\n'],
    ['a NUL', 'bob\0'],
    ['an escape', 'bob\u001b'],
    ['DEL', 'bob\u007f'],
    ['a zero-width space', 'bo\u200bb'],
    ['a zero-width joiner', 'bo\u200db'],
    ['a right-to-left override', 'bob\u202e'],
    ['a byte-order mark', '\ufeffbob'],
    ['a soft hyphen', 'bo\u00adb'],
    ['the multiplication sign', 'bo×b'],
    ['the division sign', 'bo÷b'],
    ['a slash', 'bob/'],
    ['a colon', 'bob:'],
    ['a quote', "bob'"],
    ['markup', '<b>bob'],
    ['a percent sign', 'bob%'],
  ])('cannot hold %s', (_what, text) => {
    expect(accepted(text)).toBe(false);
  });

  it.each([[null], [undefined], [1], [['bob']], [{ login: 'bob' }], [true]])('cannot be %j', (value) => {
    expect(loginSchema.safeParse(value).success).toBe(false);
  });

  it('is in its normal form, 3 to 64 characters, whenever it is accepted', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.string({ unit: fc.constantFrom(...'aZ09._@+-éŒﬁＡ\u0301\u0130ſ'), maxLength: 70 }),
    );
    let seen = 0;
    holds(
      fc.property(typed, (text) => {
        const parsed = loginSchema.safeParse(text);
        if (!parsed.success) return;
        seen += 1;
        expect(parsed.data).toBe(normaliseLogin(text));
        expect(parsed.data.length).toBeGreaterThanOrEqual(3);
        expect(parsed.data.length).toBeLessThanOrEqual(64);
        expect(parsed.data).toBe(parsed.data.normalize('NFKC'));
      }),
      2_000,
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('of 10,000 characters is refused by its length, before it is normalised', () => {
    const parsed = loginSchema.safeParse('\ufdfa'.repeat(10_000));
    expect(parsed.error?.issues).toMatchObject([{ code: 'too_big', message: 'must be 3 to 64 characters' }]);
  });

  it('is refused without being shown', () => {
    const messages = ['secret login', 'x'.repeat(300)].map((text) => loginSchema.safeParse(text).error?.message ?? '');
    expect(messages.join()).not.toMatch(/secret|xxx/);
  });
});
