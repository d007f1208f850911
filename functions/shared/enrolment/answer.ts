import { z } from 'zod';
import type { PreparedEnrolment } from './prepare.ts';
import type { Deadlines } from './queries.ts';

const instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });

/** What `generate-password` and `rotate` answer: how the password reaches its owner, and what comes next. */
export const enrolmentAnswer = z.strictObject({
  login: z.string(),
  status: z.enum(['pending', 'rotating']),
  passwordQr: z.strictObject({
    svg: z.string(),
    png: z.string().meta({ description: 'A data: URL.' }),
    url: z.url().meta({ description: 'What the QR code carries. Its token sits in the fragment.' }),
    expiresAt: instant,
  }),
  enrolmentTicket: z.string(),
  ticketExpiresAt: instant,
});

export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;

/** Puts the answer together once the pending set is committed. */
export function describeEnrolment(
  login: string,
  status: EnrolmentAnswer['status'],
  { answer }: PreparedEnrolment,
  deadlines: Deadlines,
): EnrolmentAnswer {
  return {
    login,
    status,
    passwordQr: { ...answer.qr, url: answer.url, expiresAt: deadlines.linkExpiresAt.toISOString() },
    enrolmentTicket: answer.ticket,
    ticketExpiresAt: deadlines.ticketExpiresAt.toISOString(),
  };
}
