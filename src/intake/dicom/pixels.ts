import { type ByteSource, bytesInMemory, inflateUpTo } from './bytes.ts';
import { inflateFrame } from './codecs/deflatedFrame.ts';
import { type FrameSpec, PixelError, type Samples } from './codecs/frame.ts';
import { decodeJpeg } from './codecs/jpeg.ts';
import { decodeHtj2k, decodeJpeg2000 } from './codecs/jpeg2000.ts';
import { decodeJpegLossless } from './codecs/jpegLossless.ts';
import { decodeJpegLs } from './codecs/jpegLs.ts';
import { decodeNative, expand422, unpackBits } from './codecs/native.ts';
import { decodeRle } from './codecs/rle.ts';
import { framesOfFragments, joinFragments } from './fragments.ts';
import type { DicomHeader } from './header.ts';
import { type PixelShape, pixelShape } from './pixelGuard.ts';
import { numberOf, textOf } from './record.ts';
import { bigEndianPixels, type TransferSyntax, transferSyntax } from './transferSyntaxes.ts';

/** Decoder of the frames of one instance. */
export interface FrameReader {
  shape: PixelShape;
  /** Stored values of one frame, by pixel, sign and unused bits dealt with. */
  read(frame: number): Promise<Samples>;
}

/**
 * Prepares one instance's pixels. Frames are decoded one at a time, on demand. Throws PixelError with a code
 * (`transfer-syntax-unsupported`, `codestream-broken` ...) for what cannot be decoded.
 */
export async function frameReader(header: DicomHeader, source: ByteSource): Promise<FrameReader> {
  const { pixel } = header;
  const shape = pixelShape(header);
  if (pixel === undefined || shape === undefined)
    throw new PixelError('pixel-data-missing', 'The instance has no pixels.');
  const syntax = transferSyntax(header.transferSyntax);
  if (syntax.coding === 'unsupported')
    throw new PixelError('transfer-syntax-unsupported', `Pixels in ${syntax.name} (${syntax.uid}) cannot be decoded.`);
  const spec: FrameSpec = {
    rows: shape.rows,
    columns: shape.columns,
    samples: shape.samples,
    bitsAllocated: shape.bitsAllocated,
    planar: shape.samples > 1 && numberOf(header.record, 'PlanarConfiguration') === 1,
  };
  const raw =
    syntax.coding === 'native'
      ? await nativeFrames(header, source, syntax, spec, shape)
      : await codedFrames(header, source, syntax, spec, shape);
  return {
    shape,
    async read(frame) {
      if (!(frame >= 0 && frame < shape.frames))
        throw new PixelError('frame-missing', `There is no frame ${frame + 1}.`);
      return finish(await raw(frame), header, shape);
    },
  };
}

type RawFrames = (frame: number) => Promise<Samples>;

async function nativeFrames(
  header: DicomHeader,
  file: ByteSource,
  syntax: TransferSyntax,
  spec: FrameSpec,
  shape: PixelShape,
): Promise<RawFrames> {
  const pixel = header.pixel!;
  const source = syntax.deflated ? await inflated(header, file, shape) : file;
  const bigEndian = syntax.bigEndian || syntax.uid === bigEndianPixels;
  return async (frame) => {
    if (shape.bitsAllocated === 1) {
      const first = frame * shape.frameBits;
      const from = pixel.at + (first >> 3);
      const bytes = await source.read(from, from + Math.ceil(((first & 7) + shape.frameBits) / 8));
      return unpackBits(bytes, first & 7, shape.frameBits);
    }
    const size = shape.frameBits / 8;
    const offset = frame * size;
    // Words of 16 bits with 8-bit pixels in big endian: each pair is swapped (PS3.5 annex D and A.3).
    const swapped = bigEndian && shape.bitsAllocated === 8 && pixel.vr === 'OW';
    const from = swapped ? offset - (offset % 2) : offset;
    const bytes = plain(await source.read(pixel.at + from, pixel.at + offset + size + (swapped ? 1 : 0)));
    if (shape.frameBits < shape.rows * shape.columns * shape.samples * shape.bitsAllocated)
      return expand422(bytes, spec);
    if (swapped) return decodeNative(swapPairs(bytes, offset - from, size), spec, false, pixel.kind);
    return decodeNative(bytes, spec, bigEndian, pixel.kind);
  };
}

/** A Buffer's slice() does not copy: decoders work on the plain view. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function inflated(header: DicomHeader, file: ByteSource, shape: PixelShape): Promise<ByteSource> {
  const wanted = header.pixel!.at + Math.ceil((shape.frameBits * shape.frames) / 8);
  try {
    return bytesInMemory((await inflateUpTo(file, header.dataSetAt, wanted, wanted)).bytes);
  } catch {
    throw new PixelError('deflate-broken', 'The deflated data set is damaged.');
  }
}

function swapPairs(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  const out = new Uint8Array(size);
  for (let i = 0; i < size; i++) out[i] = bytes[(offset + i) ^ 1] ?? 0;
  return out;
}

async function codedFrames(
  header: DicomHeader,
  source: ByteSource,
  syntax: TransferSyntax,
  spec: FrameSpec,
  shape: PixelShape,
): Promise<RawFrames> {
  const frames = await framesOfFragments(header, source, shape.frames);
  return async (frame) => {
    const bytes = await joinFragments(source, frames[frame]!);
    switch (syntax.coding) {
      case 'rle':
        return decodeRle(bytes, spec);
      case 'jpeg':
        return decodeJpeg(bytes, spec);
      case 'jpeg-lossless':
        return decodeJpegLossless(bytes, spec);
      case 'jpeg-ls':
        return decodeJpegLs(bytes, spec);
      case 'jpeg-2000':
        return decodeJpeg2000(bytes, spec);
      case 'htj2k':
        return decodeHtj2k(bytes, spec);
      default: {
        const inflated = inflateFrame(bytes, Math.ceil(shape.frameBits / 8));
        return shape.bitsAllocated === 1
          ? unpackBits(inflated, 0, shape.frameBits)
          : decodeNative(inflated, spec, false, header.pixel!.kind);
      }
    }
  };
}

/** Takes the stored bits out of the allocated ones and gives them their sign (PS3.5 8.1.1). */
function finish(values: Samples, header: DicomHeader, shape: PixelShape): Samples {
  if (values instanceof Float32Array || values instanceof Float64Array || shape.bitsAllocated === 1) return values;
  const { record } = header;
  const allocated = shape.bitsAllocated;
  const stored = Math.min(numberOf(record, 'BitsStored') ?? allocated, allocated);
  const high = numberOf(record, 'HighBit') ?? stored - 1;
  const signed = numberOf(record, 'PixelRepresentation') === 1;
  const native = transferSyntax(header.transferSyntax).coding === 'native';
  // Codestreams carry the stored bits alone; only uncompressed words can hold them shifted up.
  const shift = native && high + 1 > stored && high < allocated ? high + 1 - stored : 0;
  const unsigned = toUnsigned(values);
  if (shift === 0 && stored === allocated && !signed) return unsigned;
  const unused = 32 - stored;
  if (!signed) {
    const mask = stored === 32 ? 0xffffffff : 2 ** stored - 1;
    for (let i = 0; i < unsigned.length; i++) unsigned[i] = ((unsigned[i]! >>> shift) & mask) >>> 0;
    return unsigned;
  }
  const out =
    allocated === 8
      ? new Int8Array(unsigned.length)
      : allocated === 16
        ? new Int16Array(unsigned.length)
        : new Int32Array(unsigned.length);
  for (let i = 0; i < unsigned.length; i++) out[i] = ((unsigned[i]! >>> shift) << unused) >> unused;
  return out;
}

function toUnsigned(values: Samples): Uint8Array | Uint16Array | Uint32Array {
  if (values instanceof Int8Array) return new Uint8Array(values.buffer, values.byteOffset, values.length);
  if (values instanceof Int16Array) return new Uint16Array(values.buffer, values.byteOffset, values.length);
  if (values instanceof Int32Array) return new Uint32Array(values.buffer, values.byteOffset, values.length);
  return values as Uint8Array | Uint16Array | Uint32Array;
}

/** Whether colour samples are still YCbCr after decoding: uncompressed and RLE keep what the header says, decoders give RGB. */
export function isYcbcr(header: DicomHeader): boolean {
  const { coding } = transferSyntax(header.transferSyntax);
  const photometric = textOf(header.record, 'PhotometricInterpretation') ?? '';
  return (
    photometric.startsWith('YBR') &&
    (coding === 'native' || coding === 'rle' || coding === 'deflated-frames' || coding === 'jpeg-ls')
  );
}
