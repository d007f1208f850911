import { z } from 'zod';

export const generate2faBody = z.strictObject({
  ticket: z.string().max(128).meta({ description: 'The enrolment ticket.' }),
});

export const generate2faAnswer = z.strictObject({
  login: z.string(),
  qr: z.strictObject({ svg: z.string(), png: z.string() }),
  otpauthUri: z.string(),
  secret: z.string().meta({ description: 'Base32, for those who cannot scan.' }),
  expiresAt: z.iso.datetime(),
});
