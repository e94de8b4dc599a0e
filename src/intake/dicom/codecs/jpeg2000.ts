import { type FrameSpec, type Samples, sameSize, sampleCount } from './frame.ts';
import { j2kSize } from './markers.ts';
import { runDecoder, startCodec } from './wasm.ts';

/** JPEG 2000, reversible and not (ISO 15444-1), through OpenJPEG. */
export async function decodeJpeg2000(bytes: Uint8Array, spec: FrameSpec): Promise<Samples> {
  sameSize(j2kSize(bytes), spec, 'JPEG 2000');
  const openjpeg = await startCodec('openjpeg', () => import('@cornerstonejs/codec-openjpeg/decodewasmjs'));
  return runDecoder(new openjpeg.J2KDecoder(), bytes, 'JPEG 2000', sampleCount(spec)).samples;
}

/** High-Throughput JPEG 2000 (ISO 15444-15) through OpenJPH. */
export async function decodeHtj2k(bytes: Uint8Array, spec: FrameSpec): Promise<Samples> {
  sameSize(j2kSize(bytes), spec, 'HTJ2K');
  const openjph = await startCodec('openjph', () => import('@cornerstonejs/codec-openjph/wasmjs'));
  return runDecoder(new openjph.HTJ2KDecoder(), bytes, 'HTJ2K', sampleCount(spec)).samples;
}
