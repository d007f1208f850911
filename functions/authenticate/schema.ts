import { z } from 'zod';

export { credentialsBody as authenticateBody } from '../shared/verification/schema.ts';

export const authenticateAnswer = z.strictObject({
  status: z.literal('authenticated'),
  login: z.string(),
  activated: z.boolean().meta({ description: 'True when this login confirmed new credentials.' }),
  credentialsExpireAt: z.iso.datetime(),
  accessToken: z.string().meta({ description: 'A JWT signed with EdDSA.' }),
  tokenType: z.literal('Bearer'),
  expiresIn: z.int().meta({ description: 'Seconds.' }),
});

/** Members of the 403 `credentials_expired` problem. */
export const expiredMembers = z.strictObject({
  expiredAt: z.iso.datetime(),
  rotationTicket: z.string(),
  ticketExpiresAt: z.iso.datetime(),
});

export const jwksAnswer = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      kid: z.string(),
      x: z.string(),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
    }),
  ),
});
