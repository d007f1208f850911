import type { FastifyRequest } from 'fastify';
import type { SubjectHash } from './crypto/subject-key.ts';
import type { Queryable } from './db/pool.ts';
import { clientKey } from './http/client.ts';

/** Everything that is recorded, and counted in `credentials_events_total`. */
export type AuditEvent =
  | 'enrolment_started'
  | 'enrolment_restarted'
  | 'password_revealed'
  | 'password_revealed_again'
  | 'theft_reported'
  | 'second_factor_issued'
  | 'account_activated'
  | 'credentials_renewed'
  | 'login_succeeded'
  | 'login_refused'
  | 'login_throttled'
  | 'credentials_expired'
  | 'account_disabled'
  | 'renewal_started'
  | 'seal_broken';

/** Who asked, as far as it is recorded: never an address in clear. */
export type Origin = { readonly requestId: string; readonly client: Buffer };

/** The origin of a request. The same client gives the same hash, so that events can be correlated (K8). */
export function originOf(request: FastifyRequest, subjectHash: SubjectHash): Origin {
  return { requestId: request.id, client: subjectHash('client', clientKey(request.ip)) };
}

/** Appends an event. Inside a transaction, so that nothing happens unrecorded and nothing is recorded that did not happen. */
export async function record(
  tx: Queryable,
  event: AuditEvent,
  accountId: string | null,
  origin: Origin,
  detail: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  await tx.query({
    name: 'record-event',
    text: `insert into audit_events (event, account_id, request_id, client, detail)
           values ($1, $2, $3, $4, $5)`,
    values: [event, accountId, origin.requestId, origin.client, JSON.stringify(detail)],
  });
}
