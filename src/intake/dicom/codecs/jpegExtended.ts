import { type FrameSpec, PixelError, type Samples, sampleCount } from './frame.ts';

/**
 * Sequential DCT with Huffman coding at 8 or 12 bits (ISO 10918-1 annex F, SOF0 and SOF1), for components without
 * subsampling. libjpeg-turbo, which decodes all 8-bit JPEG here, is built for 8 bits only.
 */

interface Component {
  id: number;
  quantizer: number;
  dc: number;
  ac: number;
  last: number;
  out: Uint16Array;
}

interface Huffman {
  /** Largest code of each length, -1 when there is none; index of its first value; first code of the length. */
  maxCode: Int32Array;
  firstIndex: Int32Array;
  firstCode: Int32Array;
  values: Uint8Array;
}

const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);

/** cosines[x * 8 + u] = C(u) / 2 * cos((2x + 1) u pi / 16) */
const cosines = Float64Array.from({ length: 64 }, (_, n) => {
  const x = n >> 3;
  const u = n & 7;
  return ((u === 0 ? Math.SQRT1_2 : 1) / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

function broken(): PixelError {
  return new PixelError('codestream-broken', 'The JPEG codestream is damaged.');
}

function readHuffman(counts: Uint8Array, values: Uint8Array): Huffman {
  const maxCode = new Int32Array(18).fill(-1);
  const firstIndex = new Int32Array(18);
  const firstCode = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    firstIndex[length] = index;
    firstCode[length] = code;
    code += counts[length - 1]!;
    index += counts[length - 1]!;
    if (counts[length - 1]! > 0) maxCode[length] = code - 1;
    code <<= 1;
  }
  return { maxCode, firstIndex, firstCode, values };
}

/** Bits of the entropy-coded segment: stuffed zeros left out, stops at markers. */
function bitReader(bytes: Uint8Array, start: number) {
  let at = start;
  let held = 0;
  let count = 0;
  function bit(): number {
    if (count === 0) {
      if (at >= bytes.length) throw broken();
      held = bytes[at++]!;
      if (held === 0xff) {
        if (bytes[at] === 0) at++;
        else {
          // A marker inside data that should go on: feed zeros, as decoders do for a last byte that is cut.
          at--;
          held = 0;
          if (at + 1 >= bytes.length) throw broken();
        }
      }
      count = 8;
    }
    count--;
    return (held >> count) & 1;
  }
  return {
    bits(n: number): number {
      let value = 0;
      for (let i = 0; i < n; i++) value = (value << 1) | bit();
      return value;
    },
    symbol(table: Huffman): number {
      let code = 0;
      for (let length = 1; length <= 16; length++) {
        code = (code << 1) | bit();
        if (code <= table.maxCode[length]! && code >= table.firstCode[length]!)
          return table.values[table.firstIndex[length]! + code - table.firstCode[length]!]!;
      }
      throw broken();
    },
    /** Steps over a restart marker. */
    restart(): void {
      count = 0;
      while (at + 1 < bytes.length && !(bytes[at] === 0xff && bytes[at + 1]! >= 0xd0 && bytes[at + 1]! <= 0xd7)) at++;
      at += 2;
    },
  };
}

function extend(value: number, size: number): number {
  return size > 0 && value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
}

/** Inverse DCT by rows, then columns, in float64: exact to rounding, as ISO 10918-2 asks and more. */
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

/** Decodes one frame; samples by pixel, unsigned. */
export function decodeJpegExtended(bytes: Uint8Array, spec: FrameSpec): Samples {
  const quantizers: Float64Array[] = [];
  const dcTables: Huffman[] = [];
  const acTables: Huffman[] = [];
  let components: Component[] = [];
  let precision = 8;
  let interval = 0;
  const { rows, columns } = spec;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw broken();
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (end > bytes.length) throw broken();
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xdb) readQuantizers(segment, quantizers);
    else if (marker === 0xc4) readTables(segment, dcTables, acTables);
    else if (marker === 0xdd) interval = segment[0]! * 256 + segment[1]!;
    else if (marker === 0xc0 || marker === 0xc1) {
      precision = segment[0]!;
      components = readComponents(segment, rows * columns);
    } else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc)
      throw new PixelError('codestream-unsupported', 'JPEG at 12 bits is decoded in sequential form only.');
    else if (marker === 0xda) {
      selectTables(segment, components);
      scan(bytes, end, components, { quantizers, dcTables, acTables, interval, precision, rows, columns });
      if (components.every((one) => one.dc >= 0)) break;
    } else if (marker === 0xd9) break;
    at = end;
    if (marker === 0xda)
      while (
        at + 1 < bytes.length &&
        !(bytes[at] === 0xff && bytes[at + 1]! !== 0 && !(bytes[at + 1]! >= 0xd0 && bytes[at + 1]! <= 0xd7))
      )
        at++;
  }
  if (components.length !== spec.samples) throw broken();
  if (spec.samples === 1) return precision <= 8 ? Uint8Array.from(components[0]!.out) : components[0]!.out;
  const out = precision <= 8 ? new Uint8Array(sampleCount(spec)) : new Uint16Array(sampleCount(spec));
  for (const [s, component] of components.entries())
    for (let i = 0; i < rows * columns; i++) out[i * spec.samples + s] = component.out[i]!;
  return out;
}

function readQuantizers(segment: Uint8Array, quantizers: Float64Array[]): void {
  for (let at = 0; at < segment.length; ) {
    const wide = segment[at]! >> 4;
    const id = segment[at++]! & 15;
    if (at + 64 * (wide ? 2 : 1) > segment.length) throw broken();
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
    const id = segment[at]! & 15;
    const counts = segment.slice(at + 1, at + 17);
    const total = counts.reduce((sum, one) => sum + one, 0);
    if (at + 17 + total > segment.length) throw broken();
    (kind === 0 ? dcTables : acTables)[id] = readHuffman(counts, segment.slice(at + 17, at + 17 + total));
    at += 17 + total;
  }
}

function readComponents(segment: Uint8Array, pixels: number): Component[] {
  const count = segment[5]!;
  if (count < 1 || count > 4 || segment.length < 6 + 3 * count) throw broken();
  return Array.from({ length: count }, (_, n) => {
    const at = 6 + 3 * n;
    if (segment[at + 1] !== 0x11 && count > 1)
      throw new PixelError('codestream-unsupported', 'Subsampled colour at 12 bits is not decoded.');
    return { id: segment[at]!, quantizer: segment[at + 2]!, dc: -1, ac: -1, last: 0, out: new Uint16Array(pixels) };
  });
}

function selectTables(segment: Uint8Array, components: Component[]): void {
  const count = segment[0]!;
  for (let n = 0; n < count; n++) {
    const component = components.find((one) => one.id === segment[1 + 2 * n]);
    if (component === undefined) throw broken();
    component.dc = segment[2 + 2 * n]! >> 4;
    component.ac = segment[2 + 2 * n]! & 15;
  }
}

interface Scan {
  quantizers: Float64Array[];
  dcTables: Huffman[];
  acTables: Huffman[];
  interval: number;
  precision: number;
  rows: number;
  columns: number;
}

/** One interleaved scan, or one of a single component: blocks from left to right, top to bottom. */
function scan(bytes: Uint8Array, start: number, components: Component[], tables: Scan): void {
  const reader = bitReader(bytes, start);
  const { rows, columns, precision } = tables;
  const active = components.filter((one) => one.dc >= 0);
  const block = new Float64Array(64);
  const scratch = new Float64Array(64);
  const middle = 2 ** (precision - 1);
  const top = 2 ** precision - 1;
  const across = Math.ceil(columns / 8);
  const total = across * Math.ceil(rows / 8);
  for (let n = 0; n < total; n++) {
    if (tables.interval > 0 && n > 0 && n % tables.interval === 0) {
      reader.restart();
      for (const component of active) component.last = 0;
    }
    for (const component of active) {
      const quantizer = tables.quantizers[component.quantizer];
      const dc = tables.dcTables[component.dc];
      const ac = tables.acTables[component.ac];
      if (!quantizer || !dc || !ac) throw broken();
      block.fill(0);
      const size = reader.symbol(dc);
      if (size > 16) throw broken();
      component.last += extend(reader.bits(size), size);
      block[0] = component.last * quantizer[0]!;
      for (let k = 1; k < 64; k++) {
        const symbol = reader.symbol(ac);
        const run = symbol >> 4;
        const bits = symbol & 15;
        if (bits === 0) {
          if (run !== 15) break;
          k += 15;
          continue;
        }
        k += run;
        if (k > 63) throw broken();
        const place = zigzag[k]!;
        block[place] = extend(reader.bits(bits), bits) * quantizer[place]!;
      }
      inverseDct(block, scratch);
      const x0 = (n % across) * 8;
      const y0 = Math.floor(n / across) * 8;
      for (let y = 0; y < 8 && y0 + y < rows; y++)
        for (let x = 0; x < 8 && x0 + x < columns; x++)
          component.out[(y0 + y) * columns + x0 + x] = Math.min(
            top,
            Math.max(0, Math.round(block[y * 8 + x]! + middle)),
          );
    }
  }
}
