import { z } from 'zod';
import { loginSchema } from '../login.ts';

/** What proves who somebody is: both factors. */
export const credentialsBody = z.strictObject({
  login: loginSchema,
  password: z.string().max(256),
  code: z
    .string()
    .max(64)
    .nullish()
    .transform((code) => code ?? '')
    .meta({
      description: 'Six digits. A code that is absent, null or empty is a wrong code (401), not a malformed request.',
    }),
});
