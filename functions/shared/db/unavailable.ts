/** SQLSTATEs after which the same request may well succeed a moment later. */
const PASSING = [
  /^08/, // connection exception
  /^53/, // insufficient resources, among them too many connections and a full disk
  /^57/, // operator intervention: shutdown, crash, statement timeout
  /^40/, // serialization failure, deadlock
  /^55P03$/, // lock not available
  /^25P0[34]$/, // idle-in-transaction or transaction timeout
  /^28/, // the server does not let us in: a password that is being changed, and an operator's mistake
  /^3D000$/, // no such database, for instance while it is restored
  /^25006$/, // read-only: we are talking to a standby during a failover
];

const SOCKET = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND|NOENT)$/;

/** What pg throws without a code when a connection is lost, refused in time, or a query runs out of time. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Whether an error means that the database is away for the moment, and not that we made a mistake. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET.test(code) || PASSING.some((state) => state.test(code)) || MESSAGES.test(error.message);
}
