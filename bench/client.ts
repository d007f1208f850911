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

/** A prepared request, and what to do with its answer. */
export type Job = { readonly request: string; readonly settle?: (sample: Sample) => void };

export type Run = { readonly samples: readonly Sample[]; readonly seconds: number };

/**
 * Keeps `connections` busy for `seconds`: each sends its next request the moment it has an answer, whatever Retry-After
 * says; or, if `obedient`, after that time, give or take half. `next` answering null ends that connection.
 */
export async function hammer(options: {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly next: () => Job | null;
  readonly obedient?: boolean;
}): Promise<Run> {
  const { port, connections, seconds, next, obedient = false } = options;
  const samples: Sample[] = [];
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const start = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < start + seconds * 1000) {
        const job = next();
        if (job === null) return;
        const sample = await connection.send(job.request);
        job.settle?.(sample);
        samples.push(sample);
        if (obedient && sample.status === 503) await pause(sample.retryAfter * (500 + Math.random() * 1000));
      }
    }),
  );
  for (const connection of open) connection.close();
  return { samples, seconds: (performance.now() - start) / 1000 };
}

const pause = (time: number) => new Promise((done) => setTimeout(done, time));

/** Sends `rate` requests per second for `seconds`, each when it is due, whether or not earlier ones were answered. */
export async function atRate(options: {
  readonly port: number;
  readonly rate: number;
  readonly seconds: number;
  readonly next: () => Job | null;
}): Promise<Run> {
  const { port, rate, seconds, next } = options;
  const idle = await Promise.all(Array.from({ length: rate }, () => Connection.open(port)));
  const samples: Sample[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let i = 0; i < rate * seconds; i += 1) {
    await new Promise((due) => setTimeout(due, Math.max(0, start + (i * 1000) / rate - performance.now())));
    const job = next();
    const connection = idle.pop();
    if (job === null || connection === undefined) break;
    pending.push(
      connection.send(job.request).then((sample) => {
        job.settle?.(sample);
        samples.push(sample);
        idle.push(connection);
      }),
    );
  }
  await Promise.all(pending);
  for (const connection of idle) connection.close();
  return { samples, seconds: (performance.now() - start) / 1000 };
}
