import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflateFrame } from './deflatedFrame.ts';
import { type FrameSpec, interleave } from './frame.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodeJpegLossless } from './jpegLossless.ts';
import { j2kSize, jpegSize } from './markers.ts';
import { decodeNative, expand422, unpackBits } from './native.ts';
import { decodeRle } from './rle.ts';

function spec(rows: number, columns: number, samples = 1, bitsAllocated = 16): FrameSpec {
  return { rows, columns, samples, bitsAllocated, planar: false };
}

/** Bits with stuffed zeros behind 0xff, padded with ones. */
function bitWriter() {
  const bytes: number[] = [];
  let held = 0;
  let count = 0;
  const push = (bit: number): void => {
    held = (held << 1) | bit;
    if (++count < 8) return;
    bytes.push(held);
    if (held === 0xff) bytes.push(0);
    held = 0;
    count = 0;
  };
  return {
    bytes,
    write(value: number, bits: number): void {
      for (let bit = bits - 1; bit >= 0; bit--) push((value >> bit) & 1);
    },
    flush(): void {
      while (count > 0) push(1);
    },
  };
}

/** A JPEG lossless encoder with a fixed table: all 17 categories have codes of five bits. */
function encodeLossless(
  values: number[],
  rows: number,
  columns: number,
  predictor: number,
  linesPerRestart: number,
): Uint8Array {
  const out = [0xff, 0xd8];
  out.push(0xff, 0xc3, 0, 11, 16, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0);
  out.push(
    0xff,
    0xc4,
    0,
    2 + 17 + 17,
    0x00,
    0,
    0,
    0,
    0,
    17,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    ...Array.from({ length: 17 }, (_, i) => i),
  );
  if (linesPerRestart > 0)
    out.push(0xff, 0xdd, 0, 4, (linesPerRestart * columns) >> 8, (linesPerRestart * columns) & 255);
  out.push(0xff, 0xda, 0, 8, 1, 1, 0x00, predictor, 0, 0);
  let writer = bitWriter();
  let restarts = 0;
  for (let y = 0; y < rows; y++) {
    const fresh = y === 0 || (linesPerRestart > 0 && y % linesPerRestart === 0);
    if (fresh && y > 0) {
      writer.flush();
      out.push(...writer.bytes, 0xff, 0xd0 + (restarts++ % 8));
      writer = bitWriter();
    }
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x;
      const [a, b, c] = [values[at - 1]!, values[at - columns]!, values[at - columns - 1]!];
      let predicted: number;
      if (fresh) predicted = x === 0 ? 32_768 : a;
      else if (x === 0) predicted = b;
      else predicted = [0, a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1][predictor]!;
      let difference = (values[at]! - predicted) & 0xffff;
      if (difference > 32_768) difference -= 65_536;
      const size = difference === 32_768 ? 16 : difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      writer.write(size, 5);
      if (size > 0 && size < 16) writer.write(difference > 0 ? difference : difference + 2 ** size - 1, size);
    }
  }
  writer.flush();
  out.push(...writer.bytes, 0xff, 0xd9);
  return Uint8Array.from(out);
}

describe('JPEG lossless', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('predictor %i gives back 16-bit samples, with and without restarts', (predictor) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom(0, 32_768, 65_535)), {
          minLength: 20,
          maxLength: 20,
        }),
        fc.integer({ min: 0, max: 2 }),
        (values, lines) => {
          const decoded = decodeJpegLossless(encodeLossless(values, 4, 5, predictor, lines), spec(4, 5));
          expect([...decoded]).toEqual(values);
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  test('refuses a codestream of another size before it allocates', () => {
    const bytes = encodeLossless(new Array(20).fill(7), 4, 5, 1, 0);
    expect(() => decodeJpegLossless(bytes, spec(5, 5))).toThrow('the header says 5 x 5');
    expect(() => decodeJpegLossless(bytes.subarray(0, bytes.length - 12), spec(4, 5))).toThrow('ends early');
  });
});

describe('JPEG with loss, 12 bits', () => {
  /** One 8 x 8 block whose DC coefficient alone is set: a constant. */
  test('a block with a DC coefficient is flat', async () => {
    const writer = bitWriter();
    writer.write(0, 1); // DC category 8: the only code
    writer.write(200, 8);
    writer.write(0, 1); // end of block
    writer.flush();
    const bytes = Uint8Array.from([
      0xff,
      0xd8,
      0xff,
      0xdb,
      0,
      67,
      0,
      ...new Array(64).fill(16),
      0xff,
      0xc1,
      0,
      11,
      12,
      0,
      8,
      0,
      8,
      1,
      1,
      0x11,
      0,
      0xff,
      0xc4,
      0,
      20,
      0x00,
      1,
      ...new Array(15).fill(0),
      8,
      0xff,
      0xc4,
      0,
      20,
      0x10,
      1,
      ...new Array(15).fill(0),
      0,
      0xff,
      0xda,
      0,
      8,
      1,
      1,
      0x00,
      0,
      63,
      0,
      ...writer.bytes,
      0xff,
      0xd9,
    ]);
    // 200 * 16 / 8 + 2048
    expect(new Set(await decodeJpeg(bytes, spec(8, 8)))).toEqual(new Set([2448]));
    expect(jpegSize(bytes)).toEqual({ precision: 12, rows: 8, columns: 8, samples: 1, sof: 0xc1 });
  });
});

describe('RLE', () => {
  function segment(bytes: number[]): number[] {
    const out: number[] = [];
    for (const byte of bytes) out.push(0, byte);
    return out;
  }
  function frame(segments: number[][]): Uint8Array {
    const header = new Uint32Array(16);
    header[0] = segments.length;
    let at = 64;
    for (const [n, one] of segments.entries()) {
      header[n + 1] = at;
      at += one.length;
    }
    return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
  }

  test('puts bytes and samples together', () => {
    expect([...decodeRle(frame([segment([1, 2]), segment([3, 4])]), spec(1, 2))]).toEqual([0x103, 0x204]);
    expect([...decodeRle(frame([[0xff, 9], segment([1, 2]), [0x80, 0xff, 7]]), spec(1, 2, 3, 8))]).toEqual([
      9, 1, 7, 9, 2, 7,
    ]);
  });

  test('refuses segments that lie outside, are too few or too short', () => {
    const bad = frame([segment([1, 2]), segment([3, 4])]);
    new DataView(bad.buffer).setUint32(4, 9999, true);
    expect(() => decodeRle(bad, spec(1, 2))).toThrow('begins at byte 9999');
    expect(() => decodeRle(frame([segment([1, 2])]), spec(1, 2))).toThrow('1 segments instead of 2');
    expect(() => decodeRle(frame([segment([1]), segment([3, 4])]), spec(1, 2))).toThrow('holds 1 of 2');
  });
});

test('uncompressed samples: byte orders, planes, bits, subsampled colour', () => {
  expect([...decodeNative(Uint8Array.of(1, 2, 3, 4), spec(1, 2), true, 'integer')]).toEqual([0x102, 0x304]);
  expect([
    ...decodeNative(Uint8Array.of(1, 2, 3, 4, 5, 6), { ...spec(1, 2, 3, 8), planar: true }, false, 'integer'),
  ]).toEqual([1, 3, 5, 2, 4, 6]);
  expect([...interleave(Uint8Array.of(1, 2, 3, 4), 2)]).toEqual([1, 3, 2, 4]);
  expect([...unpackBits(Uint8Array.of(0b1000_0000, 0b1), 7, 3)]).toEqual([1, 1, 0]);
  expect([...expand422(Uint8Array.of(10, 20, 30, 40), spec(1, 2, 3, 8))]).toEqual([10, 30, 40, 20, 30, 40]);
  expect(() => decodeNative(Uint8Array.of(1), spec(1, 2), false, 'integer')).toThrow('4 bytes of pixels');
});

test('a Buffer, whose slice shares memory, gives the same samples as a plain view', () => {
  const pool = Buffer.from([9, 9, 1, 2, 3, 4]).subarray(2);
  expect([
    ...decodeNative(new Uint8Array(pool.buffer, pool.byteOffset, pool.length), spec(1, 2), false, 'integer'),
  ]).toEqual([0x201, 0x403]);
});

test('a deflated frame never inflates beyond its pixels', async () => {
  const { deflateRawSync } = await import('node:zlib');
  expect([...inflateFrame(deflateRawSync(Uint8Array.of(1, 2, 3)), 3)]).toEqual([1, 2, 3]);
  expect(() => inflateFrame(deflateRawSync(new Uint8Array(10_000)), 100)).toThrow('larger than its pixels');
});

test('sizes of JPEG 2000 codestreams are read from SIZ; others have none', () => {
  const siz = new Uint8Array(60);
  const view = new DataView(siz.buffer);
  view.setUint32(0, 0xff4fff51);
  view.setUint32(8, 640);
  view.setUint32(12, 480);
  view.setUint16(40, 3);
  siz[42] = 7;
  expect(j2kSize(siz)).toEqual({ columns: 640, rows: 480, samples: 3, precision: 8, sof: 0 });
  expect(j2kSize(new Uint8Array(60))).toBeUndefined();
});
