import { z } from 'zod';
import { credentialsBody } from '../shared/verification/schema.ts';

/** The ticket of an expired login. */
export const ticketBody = z.strictObject({ ticket: z.string().max(128) });

/** Either a ticket, or the credentials themselves for an early renewal. */
export const rotateBody = z.union([ticketBody, credentialsBody]);

/** The schema a body claims to follow: a union would only say that neither fits, not what is wrong. */
export const bodySchemaFor = (body: unknown) =>
  typeof body === 'object' && body !== null && 'ticket' in body ? ticketBody : credentialsBody;
