import { type FrameSpec, type Samples, sampleCount } from './frame.ts';
import { BitReader, brokenJpeg, type Huffman } from './jpegBits.ts';
import { type JpegFrame, type JpegScan, readScans, zigzag } from './jpegScans.ts';

/** cosines[x * 8 + u] = C(u) / 2 * cos((2x + 1) u pi / 16) */
const cosines = Float64Array.from({ length: 64 }, (_, n) => {
  const x = n >> 3;
  const u = n & 7;
  return ((u === 0 ? Math.SQRT1_2 : 1) / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Inverse DCT by rows, then columns, in float64. */
function inverseDct(block: Float64Array, scratch: Float64Array): void {
  for (let v = 0; v < 8; v++)
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += cosines[x * 8 + u]! * block[v * 8 + u]!;
      scratch[v * 8 + x] = sum;
    }
  for (let x = 0; x < 8; x++)
    for (let y = 0; y < 8; y++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += cosines[y * 8 + v]! * scratch[v * 8 + x]!;
      block[y * 8 + x] = sum;
    }
}

/**
 * DCT-based JPEG with Huffman coding at 8 or 12 bits, sequential and progressive (ISO 10918-1 annexes F and G), without
 * subsampling; no conversion of colours. Used for 12 bits, which libjpeg-turbo's usual build cannot do.
 */
export function decodeJpegDct(bytes: Uint8Array, spec: FrameSpec): Samples {
  const across = Math.ceil(spec.columns / 8);
  const blocks = across * Math.ceil(spec.rows / 8);
  const coefficients = Array.from({ length: spec.samples }, () => new Int32Array(blocks * 64));
  const frame = readScans(bytes, (one, scan) => {
    if (one.components.length !== spec.samples) throw brokenJpeg();
    decodeScan(bytes, one, scan, coefficients, blocks);
  });
  const out = frame.precision <= 8 ? new Uint8Array(sampleCount(spec)) : new Uint16Array(sampleCount(spec));
  const middle = 2 ** (frame.precision - 1);
  const top = 2 ** frame.precision - 1;
  const block = new Float64Array(64);
  const scratch = new Float64Array(64);
  for (const [s, component] of frame.components.entries()) {
    const quantizer = frame.quantizers[component.quantizer];
    if (quantizer === undefined) throw brokenJpeg();
    for (let n = 0; n < blocks; n++) {
      for (let i = 0; i < 64; i++) block[i] = coefficients[s]![n * 64 + i]! * quantizer[i]!;
      inverseDct(block, scratch);
      const x0 = (n % across) * 8;
      const y0 = Math.floor(n / across) * 8;
      for (let y = 0; y < 8 && y0 + y < spec.rows; y++)
        for (let x = 0; x < 8 && x0 + x < spec.columns; x++)
          out[((y0 + y) * spec.columns + x0 + x) * spec.samples + s] = Math.min(
            top,
            Math.max(0, Math.round(block[y * 8 + x]! + middle)),
          );
    }
  }
  return out;
}

/** Where a scan stands: DC predictions by component, and blocks that an end-of-band run still covers. */
interface ScanState {
  reader: BitReader;
  last: number[];
  run: number;
}

function decodeScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  scan: JpegScan,
  coefficients: Int32Array[],
  blocks: number,
): void {
  const state: ScanState = { reader: new BitReader(bytes, scan.start), last: frame.components.map(() => 0), run: 0 };
  for (let n = 0; n < blocks; n++) {
    if (scan.restartInterval > 0 && n > 0 && n % scan.restartInterval === 0) {
      state.reader.restart();
      state.last.fill(0);
      state.run = 0;
    }
    for (const index of scan.components) {
      const { dc, ac } = frame.components[index]!;
      const block = coefficients[index]!.subarray(n * 64, n * 64 + 64);
      if (!frame.progressive) {
        decodeDc(state, index, scan.dcTables[dc], block, 0);
        decodeAcFirst(state, scan.acTables[ac], block, 1, 63, 0, false);
      } else if (scan.ss === 0) {
        if (scan.ah === 0) decodeDc(state, index, scan.dcTables[dc], block, scan.al);
        else if (state.reader.bits(1) === 1) block[0] = block[0]! | (1 << scan.al);
      } else if (scan.ah === 0) decodeAcFirst(state, scan.acTables[ac], block, scan.ss, scan.se, scan.al, true);
      else refineAc(state, scan.acTables[ac], block, scan.ss, scan.se, scan.al);
    }
  }
}

function decodeDc(state: ScanState, index: number, table: Huffman | undefined, block: Int32Array, low: number): void {
  if (table === undefined) throw brokenJpeg();
  const size = state.reader.symbol(table);
  if (size > 16) throw brokenJpeg();
  state.last[index]! += state.reader.signed(size);
  block[0] = state.last[index]! << low;
}

/** First pass over a band of AC coefficients (F.2.2.2, G.1.2.2); end-of-band runs exist in progressive mode only. */
function decodeAcFirst(
  state: ScanState,
  table: Huffman | undefined,
  block: Int32Array,
  from: number,
  to: number,
  low: number,
  runs: boolean,
): void {
  if (table === undefined || to > 63) throw brokenJpeg();
  if (state.run > 0) {
    state.run--;
    return;
  }
  const { reader } = state;
  for (let k = from; k <= to; k++) {
    const symbol = reader.symbol(table);
    const zeros = symbol >> 4;
    const size = symbol & 15;
    if (size === 0) {
      if (zeros === 15) {
        k += 15;
        continue;
      }
      if (runs) state.run = (1 << zeros) - 1 + reader.bits(zeros);
      return;
    }
    k += zeros;
    if (k > 63) throw brokenJpeg();
    block[zigzag[k]!] = reader.signed(size) << low;
  }
}

/** Refinement pass over a band of AC coefficients (G.1.2.3). */
function refineAc(
  state: ScanState,
  table: Huffman | undefined,
  block: Int32Array,
  from: number,
  to: number,
  low: number,
): void {
  if (table === undefined || to > 63) throw brokenJpeg();
  const { reader } = state;
  const bit = 1 << low;
  const refine = (place: number): void => {
    const value = block[place]!;
    if (reader.bits(1) === 1 && (Math.abs(value) & bit) === 0) block[place] = value + (value > 0 ? bit : -bit);
  };
  let k = from;
  if (state.run === 0) {
    for (; k <= to; k++) {
      const symbol = reader.symbol(table);
      let zeros = symbol >> 4;
      const size = symbol & 15;
      let value = 0;
      if (size === 0) {
        if (zeros < 15) {
          state.run = (1 << zeros) + reader.bits(zeros);
          break;
        }
      } else if (size === 1) value = reader.bits(1) === 1 ? bit : -bit;
      else throw brokenJpeg();
      for (; k <= to; k++) {
        const place = zigzag[k]!;
        if (block[place] !== 0) refine(place);
        else if (zeros-- === 0) {
          block[place] = value;
          break;
        }
      }
    }
  }
  if (state.run > 0) {
    for (; k <= to; k++) if (block[zigzag[k]!] !== 0) refine(zigzag[k]!);
    state.run--;
  }
}
