import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { newId } from './random.ts';

/** Longest life of an access token, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** The keys that sign access tokens. The first one signs, the public half of each is published. */
export type SigningKeys = {
  readonly sign: (claims: AccessClaims) => Promise<string>;
  /** The JWK Set (RFC 7517) of public keys. */
  readonly jwks: { readonly keys: readonly JWK[] };
};

/** Instants in seconds since 1970. */
export type AccessClaims = {
  readonly issuer: string;
  readonly accountId: string;
  readonly login: string;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
};

const member = z.base64url().length(43);
const signingKeysFile = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        kid: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/),
        x: member,
        d: member,
      }),
    )
    .min(1),
});

/** Parses a private JWK Set of Ed25519 keys (RFC 8037). Throws an error that names the fault, never a key. */
export async function parseSigningKeys(text: string): Promise<SigningKeys> {
  const { keys } = readFile(text);
  const twice = keys.find(({ kid }, index) => keys.findIndex((other) => other.kid === kid) !== index);
  if (twice !== undefined) throw new Error(`names the key id "${twice.kid}" twice`);
  const imported = await Promise.all(keys.map(importPair));
  const [first] = imported as [Awaited<ReturnType<typeof importPair>>];
  return {
    jwks: { keys: imported.map(({ published }) => published) },
    sign: (claims) =>
      new SignJWT({
        preferred_username: claims.login,
        amr: ['pwd', 'otp'],
        auth_time: claims.authenticatedAt,
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: first.kid })
        .setIssuer(claims.issuer)
        .setSubject(claims.accountId)
        .setIssuedAt(claims.authenticatedAt)
        .setExpirationTime(claims.expiresAt)
        .setJti(newId())
        .sign(first.key),
  };
}

async function importPair(jwk: z.infer<typeof signingKeysFile>['keys'][number]) {
  const key = (await importJWK(jwk, 'EdDSA').catch(() => {
    throw new Error(`holds a key that is not an Ed25519 pair (kid "${jwk.kid}")`);
  })) as CryptoKey;
  const { kty, crv, kid, x } = jwk;
  return { kid, key, published: { kty, crv, kid, x, use: 'sig', alg: 'EdDSA' } };
}

function readFile(text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const parsed = signingKeysFile.safeParse(json);
  if (!parsed.success) throw new Error(`is malformed at "${parsed.error.issues[0]?.path.join('.') ?? ''}"`);
  return parsed.data;
}
