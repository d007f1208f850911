import { z } from 'zod';
import { loginSchema } from '../shared/login.ts';

export const generatePasswordBody = z.strictObject({ login: loginSchema });

/** Optional; the page always sends one. It can only restart an enrolment that is not confirmed yet. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{16,128}$/, 'must be 16 to 128 visible ASCII characters');

export const generatePasswordHeaders = z.object({ 'idempotency-key': idempotencyKey.optional() });
