import type { Server } from 'node:http';

/** Milliseconds between two looks for connections that have become idle. */
const LOOK_EVERY = 50;
/** Milliseconds after which a connection that is still busy is cut: below the 30 s Kubernetes gives a pod. */
const CUT_AFTER = 20_000;

/**
 * Lets go of connections while a server closes. Requests in flight are answered; a keep-alive connection would then
 * hold the server open until its time-out, so it is closed as soon as it is idle.
 */
export function drain(server: Server): void {
  const look = setInterval(() => server.closeIdleConnections(), LOOK_EVERY);
  const cut = setTimeout(() => server.closeAllConnections(), CUT_AFTER).unref();
  server.once('close', () => {
    clearInterval(look);
    clearTimeout(cut);
  });
}
