import type { RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

/** The page's documents by path; everything else is a file of the bundle. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  '/': '/index.html',
  '/login': '/index.html',
  '/renew': '/index.html',
  '/reveal': '/reveal.html',
};

/** What every answer of the page carries. No inline code, no other origin, no frame, no referrer. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Serves the built page. Hashed files may be kept for ever, documents are asked for again, the reveal page is never kept. */
export function servePage(): RequestListener {
  const files = sirv(fileURLToPath(new URL('../frontend/dist', import.meta.url)), { gzip: true, setHeaders });
  return (request, response) => {
    const path = (request.url ?? '/').split(/[?#]/)[0] ?? '/';
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, { allow: 'GET, HEAD' });
    request.url = DOCUMENTS[path] ?? path;
    files(request, response, () => plain(response, 404));
  };
}

function setHeaders(response: ServerResponse, path: string): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
  response.setHeader('cache-control', cacheControl(path));
}

function cacheControl(path: string): string {
  if (path.includes('/assets/')) return 'public, max-age=31536000, immutable';
  return path.includes('reveal') ? 'no-store' : 'no-cache';
}

function plain(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...PAGE_HEADERS, ...headers, 'cache-control': 'no-store' }).end();
}
