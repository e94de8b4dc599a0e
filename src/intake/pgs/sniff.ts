import { inflateHead, isGzip } from '../gzip.ts';
import { headText } from '../text.ts';
import { namesColumns } from './header.ts';

/** A PGS Catalog scoring file, plain or packed, or a reference distribution for one. */
export function sniffPgs(head: Uint8Array): boolean {
  const text = headText(isGzip(head) ? inflateHead(head).subarray(0, 65_536) : head)?.replace(/^\ufeff/, '');
  if (text === undefined) return false;
  if (isReference(text) || text.startsWith('###PGS CATALOG SCORING FILE')) return true;
  const lines = text.split(/\r?\n/, 200);
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return first >= 0 && namesColumns(lines[first]!);
}

/** `{"pgsReference": 1, ...}` */
export function isReference(text: string): boolean {
  return /^\s*\{/.test(text) && /"pgsReference"\s*:\s*1\b/.test(text.slice(0, 4096));
}
