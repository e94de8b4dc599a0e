import { type FrameSpec, PixelError, type Samples, sampleCount } from './frame.ts';

/**
 * RLE Lossless (PS3.5 annex G): one PackBits segment for each byte of each sample, most significant byte first.
 * Segments that are too short leave the rest zero only when nothing else is missing; offsets outside the frame refuse it.
 */
export function decodeRle(bytes: Uint8Array, spec: FrameSpec): Samples {
  const size = spec.bitsAllocated / 8;
  const segments = spec.samples * size;
  if (bytes.length < 64) throw new PixelError('rle-broken', 'The RLE header is cut off.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (![1, 2, 4].includes(size) || view.getUint32(0, true) !== segments)
    throw new PixelError(
      'rle-broken',
      `The RLE header announces ${view.getUint32(0, true)} segments instead of ${segments}.`,
    );
  const pixels = spec.rows * spec.columns;
  const out = new Uint8Array(sampleCount(spec) * size);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < 64 || start > end || end > bytes.length)
      throw new PixelError(
        'rle-broken',
        `RLE segment ${segment + 1} begins at byte ${start} and ends at ${end}; the frame has ${bytes.length}.`,
      );
    const sample = Math.floor(segment / size);
    // Little endian output: the first segment of a sample is its highest byte.
    const place = sample * size + (size - 1 - (segment % size));
    unpack(bytes.subarray(start, end), out, place, spec.samples * size, pixels, segment);
  }
  if (size === 1) return out;
  return size === 2 ? new Uint16Array(out.buffer) : new Uint32Array(out.buffer);
}

function unpack(
  bytes: Uint8Array,
  out: Uint8Array,
  place: number,
  stride: number,
  pixels: number,
  segment: number,
): void {
  let at = 0;
  let n = 0;
  while (n < pixels && at < bytes.length) {
    const control = bytes[at++]!;
    if (control < 128) {
      const count = Math.min(control + 1, pixels - n, bytes.length - at);
      for (let i = 0; i < count; i++) out[(n + i) * stride + place] = bytes[at + i]!;
      n += count;
      at += control + 1;
    } else if (control > 128) {
      const value = bytes[at++]!;
      const count = Math.min(257 - control, pixels - n);
      for (let i = 0; i < count; i++) out[(n + i) * stride + place] = value;
      n += count;
    }
  }
  if (n < pixels) throw new PixelError('rle-broken', `RLE segment ${segment + 1} holds ${n} of ${pixels} bytes.`);
}
