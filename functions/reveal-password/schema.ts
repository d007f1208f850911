import { z } from 'zod';

const token = z.string().max(128).meta({ description: "The link's token: what follows # in the QR code's address." });

export const revealPasswordBody = z.strictObject({
  token,
  claimant: z
    .string()
    .regex(/^[\x21-\x7e]{16,128}$/, 'must be 16 to 128 visible ASCII characters')
    .optional()
    .meta({ description: 'A random value made per page. Whoever sent it may ask again for 60 seconds.' }),
});

export const reportTheftBody = z.strictObject({ token });

export const revealPasswordAnswer = z.strictObject({
  login: z.string(),
  password: z.string(),
  revealedAt: z.iso.datetime(),
});

export const reportTheftAnswer = z.strictObject({ login: z.string(), status: z.literal('revoked') });

/** Why a link shows no password (any more). */
export const spentReason = z.enum(['opened', 'expired', 'superseded', 'unknown']);
export type SpentReason = z.infer<typeof spentReason>;
