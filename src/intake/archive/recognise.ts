import { inflateHead, isGzip } from '../gzip.ts';

export type ArchiveKind = 'zip' | 'tar' | 'tar.gz' | 'gz';

/** What kind of container these first bytes begin, by content. A `gz` may still be one packed file of a known format. */
export function archiveKind(head: Uint8Array): ArchiveKind | undefined {
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return 'zip';
  if (isTar(head)) return 'tar';
  if (isGzip(head)) return isTar(inflateHead(head)) ? 'tar.gz' : 'gz';
  return undefined;
}

/** Containers that are known by name and not opened. */
export function closedArchive(head: Uint8Array): string | undefined {
  if (startsWith(head, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])) return '7z';
  if (startsWith(head, [0x52, 0x61, 0x72, 0x21, 0x1a, 7])) return 'RAR';
  if (startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])) return 'xz';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  if (startsWith(head, [0x42, 0x5a, 0x68]) && head[3]! >= 0x31 && head[3]! <= 0x39) return 'bzip2';
  return undefined;
}

/** Office documents are zip files whose first member says so. */
export function isOfficeDocument(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(30, 60)).toString('latin1');
  return start.startsWith('[Content_Types].xml') || start.startsWith('mimetypeapplication/vnd.oasis');
}

/** A tar header carries the sum of its own bytes with the sum field as blanks (POSIX ustar); `ustar` alone proves nothing. */
function isTar(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const stated = Number.parseInt(Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/[\0 ]/g, ''), 8);
  let sum = 8 * 32;
  for (let index = 0; index < 512; index++) if (index < 148 || index >= 156) sum += head[index]!;
  return sum === stated;
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return head.length >= magic.length && magic.every((byte, index) => head[index] === byte);
}
