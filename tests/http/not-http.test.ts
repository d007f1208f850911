import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';

const product = await startProduct();
const address = await product.apps['generate-2fa']?.listen({ port: 0, host: '127.0.0.1' });
const port = Number(new URL(address ?? '').port);

/** Sends bytes as they are and answers everything that comes back until the connection is closed. */
const send = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text)).setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
  });

it.each([
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n'],
  ['a method that does not exist', 'NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a header of 20 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n'],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
])('%s gets a 4xx without a trace of the code, and the connection is closed (A24)', async (_what, text) => {
  const answer = await send(text);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer).not.toMatch(/\bat .*:\d+|node_modules/);
});

it('a body announced too large is refused before it is sent', async () => {
  const headers = ['Host: x', 'Content-Type: application/json', 'Content-Length: 8193', 'Connection: close'];
  const answer = await send(`POST / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

it('a body that turns out too large is refused, though nobody announced it', async () => {
  const chunk = `2001\r\n${'x'.repeat(0x2001)}\r\n0\r\n\r\n`;
  const headers = ['Host: x', 'Content-Type: application/json', 'Transfer-Encoding: chunked', 'Connection: close'];
  expect(await send(`POST / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${chunk}`)).toMatch(/^HTTP\/1\.1 413 /);
});
