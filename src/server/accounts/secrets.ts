import { sha256 } from '../../dossier/canonical.ts';

export type RandomBytes = (length: number) => Uint8Array;

/** A secret for a cookie, a link or a header: 256 bits. */
export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('base64url');
}

/** A name without meaning: 96 bits. */
export function newId(prefix: string, randomBytes: RandomBytes): string {
  return `${prefix}-${Buffer.from(randomBytes(12)).toString('hex')}`;
}

/** What is kept of a token. Tokens are random and long: a fast hash is enough, and it is looked up, not compared. */
export function tokenHash(token: string): string {
  return sha256(token);
}
