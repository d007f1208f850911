import { z } from 'zod';

/**
 * Letters are those of the European Latin alphabets (Basic Latin, Latin-1, Latin Extended-A). NFKC folds
 * full-width and compatibility forms into them; Cyrillic, Greek, phonetic and dotless look-alikes stay out, so that
 * no account can pass itself off as another (docs/decisions/0006).
 */
const LOGIN = /^[a-z0-9\u00df-\u00f6\u00f8-\u0130\u0132-\u0137\u0139-\u017f._@+-]{3,64}$/;

/** NFKC, then lower case, so that `ALICE`, `alice` and `ａｌｉｃｅ` are one account. */
export const normaliseLogin = (text: string): string => text.normalize('NFKC').toLowerCase().normalize('NFKC');

/** A login as a request carries it; parsing normalises it. The outer bound keeps normalising cheap. */
export const loginSchema = z
  .string()
  .max(256, 'must be 3 to 64 characters')
  .transform(normaliseLogin)
  .refine((login) => LOGIN.test(login), 'must be 3 to 64 characters: letters, digits, . _ - @ +')
  .meta({
    description: '3–64 characters: letters, digits, . _ - @ +. Normalised (NFKC, lower case) before anything else.',
    examples: ['alice'],
  });
