import type { Enrolling } from '../api.ts';
import { go } from '../router.ts';

/** An enrolment or renewal under way. It lives in the views' closures and nowhere else. */
export type Enrolment = {
  login: string;
  /** A renewal: earlier credentials stay as they were until this one is confirmed. */
  renewal: boolean;
  qr: { svg: string; url: string; expiresAt: number };
  ticket: string;
  expiresAt: number;
};

export const enrolmentFrom = (body: Enrolling): Enrolment => ({
  login: body.login,
  renewal: body.status === 'rotating',
  qr: { svg: body.passwordQr.svg, url: body.passwordQr.url, expiresAt: Date.parse(body.passwordQr.expiresAt) },
  ticket: body.enrolmentTicket,
  expiresAt: Date.parse(body.ticketExpiresAt),
});

/** Once the password is saved, what led to it has no more use: let it go. */
export const withoutLink = (enrolment: Enrolment): Enrolment => ({
  ...enrolment,
  qr: { svg: '', url: '', expiresAt: enrolment.qr.expiresAt },
});

/** Begin again: an enrolment afresh under its own key, a renewal from the proof it needs. */
export function startAgain({ login, renewal }: Enrolment): void {
  if (renewal) go('/renew', { login });
  else go('/', { login, start: true });
}
