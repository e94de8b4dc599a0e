import { createHash } from 'node:crypto';

/** What JSON can carry. Records of the dossier are made of nothing else. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

/**
 * One text for one value: keys sorted, `undefined` members dropped, no white space, numbers as JavaScript prints them.
 * Throws `TypeError` for a number that is not finite, because such a number has no JSON form and would silently become null.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`no canonical JSON for ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`no canonical JSON for a ${typeof value}`);
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An id that follows from the content: the first 128 bits of SHA-256 over the canonical JSON, behind a readable prefix. */
export function contentId(prefix: string, content: unknown): string {
  return `${prefix}-${sha256(canonicalJson(content)).slice(0, 32)}`;
}
