import { Decoder } from 'jpeg-lossless-decoder-js';
import { copySamples, type FrameSpec, PixelError, type Samples, sameSize, sampleCount } from './frame.ts';
import { jpegSize } from './markers.ts';

/** JPEG lossless, process 14, any predictor (ISO 10918-1 annex H). */
export function decodeJpegLossless(bytes: Uint8Array, spec: FrameSpec): Samples {
  const size = jpegSize(bytes);
  sameSize(size, spec, 'JPEG lossless');
  if (size!.sof !== 0xc3)
    throw new PixelError(
      'codestream-kind-differs',
      'The codestream is no lossless JPEG though its transfer syntax says so.',
    );
  const bytesPerSample = size!.precision <= 8 ? 1 : 2;
  let buffer: ArrayBufferLike;
  try {
    buffer = new Decoder().decompress(bytes.slice().buffer, 0, bytes.length);
  } catch {
    throw new PixelError('codestream-broken', 'The JPEG lossless codestream is damaged.');
  }
  return copySamples(new Uint8Array(buffer), bytesPerSample * 8, false, sampleCount(spec));
}
