import { gunzipSync, constants as zlib } from 'node:zlib';
import { isGzip } from '../gzip.ts';

/** VCF or BCF by its first line, plain or packed. */
export function sniffVcf(head: Uint8Array): boolean {
  return startsAsVcf(isGzip(head) ? unpackHead(head) : Buffer.from(head.buffer, head.byteOffset, head.byteLength));
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
