import { PixelError } from './frame.ts';
import { brokenJpeg, type Huffman, huffmanTable } from './jpegBits.ts';

export interface JpegComponent {
  id: number;
  quantizer: number;
  dc: number;
  ac: number;
}

/** One scan with the tables that hold when it begins. */
export interface JpegScan {
  /** Byte behind the scan header. */
  start: number;
  components: number[];
  dcTables: Huffman[];
  acTables: Huffman[];
  restartInterval: number;
  /** Spectral selection start (predictor in lossless), its end, successive approximation high and low (point transform). */
  ss: number;
  se: number;
  ah: number;
  al: number;
}

export interface JpegFrame {
  precision: number;
  rows: number;
  columns: number;
  progressive: boolean;
  components: JpegComponent[];
  quantizers: Float64Array[];
}

export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);

/**
 * Walks over the marker segments of one image (ISO 10918-1 annex B) and hands each scan to `decode`. Components must not
 * be subsampled against each other. Returns the frame; its quantizers are complete at the end.
 */
export function readScans(bytes: Uint8Array, decode: (frame: JpegFrame, scan: JpegScan) => void): JpegFrame {
  const quantizers: Float64Array[] = [];
  const dcTables: Huffman[] = [];
  const acTables: Huffman[] = [];
  let frame: JpegFrame | undefined;
  let restartInterval = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw brokenJpeg();
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (end > bytes.length) throw brokenJpeg();
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xdb) readQuantizers(segment, quantizers);
    else if (marker === 0xc4) readTables(segment, dcTables, acTables);
    else if (marker === 0xdd) restartInterval = segment[0]! * 256 + segment[1]!;
    else if (marker >= 0xc0 && marker <= 0xc3) frame = readFrame(segment, marker === 0xc2, quantizers);
    else if (marker > 0xc4 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc)
      throw new PixelError('codestream-unsupported', 'Arithmetic and hierarchical JPEG are not decoded.');
    at = end;
    if (marker !== 0xda) continue;
    if (frame === undefined) throw brokenJpeg();
    decode(frame, {
      ...readScanHeader(segment, frame),
      start: end,
      dcTables: [...dcTables],
      acTables: [...acTables],
      restartInterval,
    });
    while (
      at + 1 < bytes.length &&
      !(bytes[at] === 0xff && bytes[at + 1]! !== 0 && !(bytes[at + 1]! >= 0xd0 && bytes[at + 1]! <= 0xd7))
    )
      at++;
  }
  if (frame === undefined) throw brokenJpeg();
  return frame;
}

function readQuantizers(segment: Uint8Array, quantizers: Float64Array[]): void {
  for (let at = 0; at < segment.length; ) {
    const wide = segment[at]! >> 4;
    const id = segment[at++]! & 3;
    if (at + 64 * (wide ? 2 : 1) > segment.length) throw brokenJpeg();
    const table = new Float64Array(64);
    for (let i = 0; i < 64; i++) {
      table[zigzag[i]!] = wide ? segment[at]! * 256 + segment[at + 1]! : segment[at]!;
      at += wide ? 2 : 1;
    }
    quantizers[id] = table;
  }
}

function readTables(segment: Uint8Array, dcTables: Huffman[], acTables: Huffman[]): void {
  for (let at = 0; at + 17 <= segment.length; ) {
    const kind = segment[at]! >> 4;
    const id = segment[at]! & 3;
    const counts = segment.slice(at + 1, at + 17);
    const total = counts.reduce((sum, one) => sum + one, 0);
    if (at + 17 + total > segment.length) throw brokenJpeg();
    (kind === 0 ? dcTables : acTables)[id] = huffmanTable(counts, segment.slice(at + 17, at + 17 + total));
    at += 17 + total;
  }
}

function readFrame(segment: Uint8Array, progressive: boolean, quantizers: Float64Array[]): JpegFrame {
  const count = segment[5] ?? 0;
  if (count < 1 || count > 4 || segment.length < 6 + 3 * count) throw brokenJpeg();
  const components = Array.from({ length: count }, (_, n) => {
    const at = 6 + 3 * n;
    if (count > 1 && segment[at + 1] !== segment[7])
      throw new PixelError('codestream-unsupported', 'Subsampled colour is decoded at 8 bits only.');
    return { id: segment[at]!, quantizer: segment[at + 2]!, dc: 0, ac: 0 };
  });
  return {
    precision: segment[0]!,
    rows: segment[1]! * 256 + segment[2]!,
    columns: segment[3]! * 256 + segment[4]!,
    progressive,
    components,
    quantizers,
  };
}

function readScanHeader(
  segment: Uint8Array,
  frame: JpegFrame,
): Pick<JpegScan, 'components' | 'ss' | 'se' | 'ah' | 'al'> {
  const count = segment[0] ?? 0;
  if (count < 1 || count > 4 || segment.length < 4 + 2 * count) throw brokenJpeg();
  const components = Array.from({ length: count }, (_, n) => {
    const index = frame.components.findIndex((one) => one.id === segment[1 + 2 * n]);
    const component = frame.components[index];
    if (component === undefined) throw brokenJpeg();
    component.dc = segment[2 + 2 * n]! >> 4;
    component.ac = segment[2 + 2 * n]! & 15;
    return index;
  });
  const at = 1 + 2 * count;
  return { components, ss: segment[at]!, se: segment[at + 1]!, ah: segment[at + 2]! >> 4, al: segment[at + 2]! & 15 };
}
