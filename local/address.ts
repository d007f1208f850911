import { networkInterfaces } from 'node:os';

/** The address a phone on the same network reaches this machine at; undefined when it has none. */
export function networkAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

/** Where the QR codes lead when nobody said: this machine, by network address if it listens to the network. */
export function defaultPublicUrl(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  if (everywhere) return `http://${networkAddress() ?? 'localhost'}:${port}`;
  const loopback = host === '127.0.0.1' || host === '::1' || host === 'localhost';
  return `http://${loopback ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}
