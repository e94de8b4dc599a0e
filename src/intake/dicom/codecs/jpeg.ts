import { type FrameSpec, PixelError, type Samples, sameSize, sampleCount } from './frame.ts';
import { decodeJpegDct } from './jpegDct.ts';
import { jpegSize } from './markers.ts';
import { runDecoder, startCodec } from './wasm.ts';

/**
 * JPEG with loss (ISO 10918-1): 8 bits through libjpeg-turbo, which turns YCbCr to RGB where the codestream says so,
 * 12 bits by our own decoder.
 */
export async function decodeJpeg(bytes: Uint8Array, spec: FrameSpec): Promise<Samples> {
  const size = jpegSize(bytes);
  sameSize(size, spec, 'JPEG');
  if (size!.sof === 0xc3 || size!.sof >= 0xc9)
    throw new PixelError(
      'codestream-kind-differs',
      'The codestream is no Huffman-coded JPEG with loss though its transfer syntax says so.',
    );
  if (size!.precision > 8) return decodeJpegDct(bytes, spec);
  const turbo = await startCodec('libjpeg-turbo', () => import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'));
  return runDecoder(new turbo.JPEGDecoder(), bytes, 'JPEG', sampleCount(spec)).samples;
}
