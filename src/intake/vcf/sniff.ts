import { gunzipSync, constants as zlib } from 'node:zlib';
import { isGzip } from '../gzip.ts';
import { isIndex } from './tabix.ts';

/** VCF or BCF by its first line, plain or packed; or the index of one. */
export function sniffVcf(head: Uint8Array): boolean {
  if (!isGzip(head)) return startsAsVcf(Buffer.from(head.buffer, head.byteOffset, head.byteLength));
  const unpacked = unpackHead(head);
  return startsAsVcf(unpacked) || isIndex(unpacked);
}

/** True for the packed head of a tabix or CSI index. */
export function isPackedIndex(head: Uint8Array): boolean {
  return isGzip(head) && isIndex(unpackHead(head));
}

function startsAsVcf(head: Buffer): boolean {
  const text = head.toString('latin1', 0, Math.min(head.length, 200)).replace(/^\u00ef\u00bb\u00bf/, '');
  return /^##fileformat=VCF|^#CHROM\tPOS\tID\tREF\tALT|^BCF\u0002/.test(text);
}

/** The first unpacked bytes of a gzip head that ends in the middle of things. */
function unpackHead(head: Uint8Array): Buffer {
  try {
    return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 1 << 22 });
  } catch {
    return Buffer.alloc(0);
  }
}
