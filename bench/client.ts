import { connect, type Socket } from 'node:net';

/** One answer: its status, its time in milliseconds, and the seconds its Retry-After asks for. */
export type Sample = { readonly status: number; readonly ms: number; readonly retryAfter: number };

/**
 * A keep-alive HTTP/1.1 connection that sends one prepared request after another. It shares the processors with the
 * server it measures, so it does no more than it must.
 */
export class Connection {
  readonly #socket: Socket;
  #buffer = '';
  #waiting: ((head: string) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk) => this.#receive(String(chunk)));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('connection closed')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  async send(request: string): Promise<Sample> {
    const start = performance.now();
    const head = await new Promise<string>((resolve, reject) => {
      this.#waiting = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
    const retryAfter = Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0);
    return { status: Number(head.slice(9, 12)), ms: performance.now() - start, retryAfter };
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: string): void {
    this.#buffer += chunk;
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#buffer)?.[1] ?? 0);
    if (this.#buffer.length < end + 4 + length) return;
    const head = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end + 4 + length);
    this.#waiting?.(head);
  }
}

/** A prepared POST of a JSON body. */
export function post(body: unknown, headers: Record<string, string> = {}): string {
  const text = JSON.stringify(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${lines.join('')}\r\n${text}`;
}

/**
 * Keeps `connections` busy for `seconds`, each taking its next request from `next` (null: nothing left). A connection
 * that is told to come back later does so after the time it was told, as the contract asks of clients, unless `impatient`.
 */
export async function load(options: {
  port: number;
  connections: number;
  seconds: number;
  next: () => string | null;
  impatient?: boolean;
}): Promise<{ samples: Sample[]; seconds: number }> {
  const { port, connections, seconds, next } = options;
  const samples: Sample[] = [];
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < end) {
        const request = next();
        if (request === null) break;
        const sample = await connection.send(request);
        samples.push(sample);
        if (sample.status === 503 && !options.impatient)
          await pause(Math.min(sample.retryAfter * 1000, end - performance.now()));
      }
    }),
  );
  for (const connection of open) connection.close();
  return { samples, seconds: (performance.now() - start) / 1000 };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, Math.max(0, ms)));
