import { type FrameSpec, PixelError, type Samples, sameSize, sampleCount } from './frame.ts';
import { BitReader, brokenJpeg } from './jpegBits.ts';
import { type JpegFrame, type JpegScan, readScans } from './jpegScans.ts';
import { jpegSize } from './markers.ts';

/**
 * JPEG lossless, process 14 with any predictor (ISO 10918-1 annex H), 2 to 16 bits. Our own decoder: of 14 samples from
 * several encoders the package we tried decoded two CT images wrongly without saying so.
 */
export function decodeJpegLossless(bytes: Uint8Array, spec: FrameSpec): Samples {
  const size = jpegSize(bytes);
  sameSize(size, spec, 'JPEG lossless');
  if (size!.sof !== 0xc3)
    throw new PixelError(
      'codestream-kind-differs',
      'The codestream is no lossless JPEG though its transfer syntax says so.',
    );
  const out = size!.precision <= 8 ? new Uint8Array(sampleCount(spec)) : new Uint16Array(sampleCount(spec));
  const done = new Set<number>();
  readScans(bytes, (frame, scan) => {
    decodeScan(bytes, frame, scan, out, spec.samples);
    for (const index of scan.components) done.add(index);
  });
  if (done.size !== spec.samples) throw brokenJpeg('The JPEG lossless codestream lacks a component.');
  return out;
}

function decodeScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  scan: JpegScan,
  out: Uint8Array | Uint16Array,
  samples: number,
): void {
  const { rows, columns } = frame;
  const reader = new BitReader(bytes, scan.start);
  const predictor = scan.ss;
  const shift = scan.al;
  const middle = 2 ** (frame.precision - shift - 1);
  if (predictor < 1 || predictor > 7) throw brokenJpeg();
  const count = scan.components.length;
  const tables = scan.components.map((index) => {
    const table = scan.dcTables[frame.components[index]!.dc];
    if (table === undefined) throw brokenJpeg();
    return table;
  });
  // Two lines of each component: the one above and the one being decoded.
  let above = scan.components.map(() => new Int32Array(columns));
  let line = scan.components.map(() => new Int32Array(columns));
  let untilRestart = scan.restartInterval;
  let firstLine = true;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let restarted = false;
      if (scan.restartInterval > 0) {
        if (untilRestart === 0) {
          reader.restart();
          untilRestart = scan.restartInterval;
          firstLine = true;
          restarted = true;
        }
        untilRestart--;
      }
      for (let c = 0; c < count; c++) {
        const current = line[c]!;
        const upper = above[c]!;
        let predicted: number;
        if (firstLine) predicted = x === 0 || restarted ? middle : current[x - 1]!;
        else if (x === 0) predicted = upper[0]!;
        else predicted = predict(predictor, current[x - 1]!, upper[x]!, upper[x - 1]!);
        const bits = reader.symbol(tables[c]!);
        if (bits > 16) throw brokenJpeg();
        // A difference of 16 bits is 32768 and carries no further bits (H.1.2.2).
        const value = (predicted + (bits === 16 ? 32_768 : reader.signed(bits))) & 0xffff;
        current[x] = value;
        out[(y * columns + x) * samples + scan.components[c]!] = value << shift;
      }
    }
    firstLine = false;
    [above, line] = [line, above];
  }
}

/** Table H.1: a is left, b above, c above left. */
function predict(predictor: number, a: number, b: number, c: number): number {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}
