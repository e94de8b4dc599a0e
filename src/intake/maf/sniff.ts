import { inflateHead, isGzip } from '../gzip.ts';
import { headText } from '../text.ts';
import { isMafHeader } from './columns.ts';

/** A Mutation Annotation Format table, plain or packed, by its columns. */
export function sniffMaf(head: Uint8Array): boolean {
  const text = headText(isGzip(head) ? inflateHead(head).subarray(0, 65_536) : head);
  const first = text?.split(/\r?\n/, 200).find((line) => !line.startsWith('#'));
  return first !== undefined && isMafHeader(first);
}
