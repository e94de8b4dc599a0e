import { type FrameSpec, interleave, type Samples, sameSize, sampleCount } from './frame.ts';
import { jpegSize } from './markers.ts';
import { runDecoder, startCodec } from './wasm.ts';

/** JPEG-LS lossless and near-lossless (ISO 14495-1) through CharLS. */
export async function decodeJpegLs(bytes: Uint8Array, spec: FrameSpec): Promise<Samples> {
  sameSize(jpegSize(bytes), spec, 'JPEG-LS');
  const charls = await startCodec('charls', () => import('@cornerstonejs/codec-charls/decodewasmjs'));
  const { samples, interleaveMode } = runDecoder(new charls.JpegLSDecoder(), bytes, 'JPEG-LS', sampleCount(spec));
  // Mode 0 codes one component after the other; modes 1 and 2 come out by pixel.
  return interleaveMode === 0 ? interleave(samples, spec.samples) : samples;
}
