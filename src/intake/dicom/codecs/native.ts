import { type FrameSpec, interleave, PixelError, type Samples, sampleCount } from './frame.ts';

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i + size <= bytes.length; i += size)
    for (let b = 0; b < size; b++) out[i + b] = bytes[i + size - 1 - b]!;
  return out;
}

/** One bit a pixel, first pixel in the lowest bit (PS3.5 8.1.1); `firstBit` where the frame does not begin at a byte. */
export function unpackBits(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const bit = firstBit + i;
    out[i] = (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  return out;
}

/** Uncompressed pixels of one frame. `bigEndian` is that of the pixel words. */
export function decodeNative(
  bytes: Uint8Array,
  spec: FrameSpec,
  bigEndian: boolean,
  kind: 'integer' | 'float32' | 'float64',
): Samples {
  const count = sampleCount(spec);
  const size = spec.bitsAllocated / 8;
  if (bytes.length < count * size)
    throw new PixelError(
      'pixel-data-short',
      `${count * size} bytes of pixels are announced, ${bytes.length} are there.`,
    );
  const used = bytes.subarray(0, count * size);
  const buffer = bigEndian && size > 1 ? swapped(used, size).buffer : used.slice().buffer;
  if (kind === 'float32') return new Float32Array(buffer);
  if (kind === 'float64') return new Float64Array(buffer);
  if (size === 8) throw new PixelError('bits-unsupported', 'Integers of 64 bits are not supported.');
  const values = size === 1 ? new Uint8Array(buffer) : size === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  return spec.planar ? interleave(values, spec.samples) : values;
}

/** YBR_FULL_422 without compression: two luminances share their colour (PS3.3 C.7.6.3.1.2); gives Y Cb Cr by pixel. */
export function expand422(bytes: Uint8Array, spec: FrameSpec): Uint8Array {
  const pixels = spec.rows * spec.columns;
  if (bytes.length < pixels * 2)
    throw new PixelError('pixel-data-short', `${pixels * 2} bytes of pixels are announced, ${bytes.length} are there.`);
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const pair = (i >> 1) * 4;
    out[i * 3] = bytes[pair + (i & 1)]!;
    out[i * 3 + 1] = bytes[pair + 2]!;
    out[i * 3 + 2] = bytes[pair + 3]!;
  }
  return out;
}
