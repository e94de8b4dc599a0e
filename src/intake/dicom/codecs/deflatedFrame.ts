import { inflateRawSync } from 'node:zlib';
import { PixelError } from './frame.ts';

/** Deflated Image Frame Compression (PS3.5 A.4.12): one raw deflate stream a frame, never inflated beyond its pixels. */
export function inflateFrame(bytes: Uint8Array, frameBytes: number): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(bytes, { maxOutputLength: frameBytes + 16 }));
  } catch {
    throw new PixelError('deflate-broken', 'The deflated frame is damaged or larger than its pixels.');
  }
}
