import { PixelError } from './frame.ts';

export function brokenJpeg(what = 'The JPEG codestream is damaged.'): PixelError {
  return new PixelError('codestream-broken', what);
}

/** One Huffman table (ISO 10918-1 annex C): codes of up to nine bits by lookup, longer ones by comparison. */
export interface Huffman {
  /** length * 256 + value for each nine-bit prefix; 0 where the code is longer. */
  lookup: Uint16Array;
  /** Largest code of each length, -1 when there is none. */
  maxCode: Int32Array;
  /** Index of a length's first value less its first code. */
  offset: Int32Array;
  values: Uint8Array;
}

const lookupBits = 9;

export function huffmanTable(counts: Uint8Array, values: Uint8Array): Huffman {
  const lookup = new Uint16Array(1 << lookupBits);
  const maxCode = new Int32Array(18).fill(-1);
  const offset = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1]!;
    offset[length] = index - code;
    if (count > 0) maxCode[length] = code + count - 1;
    for (let n = 0; n < count; n++, code++, index++) {
      if (code >= 2 ** length) throw brokenJpeg('A Huffman table of the JPEG codestream is impossible.');
      if (length > lookupBits) continue;
      const first = code << (lookupBits - length);
      lookup.fill(length * 256 + values[index]!, first, first + (1 << (lookupBits - length)));
    }
    code <<= 1;
  }
  return { lookup, maxCode, offset, values };
}

/** Bits of an entropy-coded segment: stuffed zeros are left out; behind the segment a few zeros may be read, no more. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private at: number;
  private held = 0;
  private count = 0;
  private padding = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = start;
  }

  private fill(): void {
    while (this.count <= 24) {
      let byte = 0;
      if (this.at < this.bytes.length && !(this.bytes[this.at] === 0xff && this.bytes[this.at + 1] !== 0)) {
        byte = this.bytes[this.at]!;
        this.at += byte === 0xff ? 2 : 1;
      } else if (++this.padding > 8) throw brokenJpeg('The JPEG codestream ends early.');
      this.held |= byte << (24 - this.count);
      this.count += 8;
    }
  }

  /** The next n bits as an unsigned number, n <= 16. */
  bits(n: number): number {
    if (n === 0) return 0;
    if (this.count < n) this.fill();
    const value = this.held >>> (32 - n);
    this.held <<= n;
    this.count -= n;
    return value;
  }

  /** A value of `size` bits with its sign (annex F, EXTEND). */
  signed(size: number): number {
    if (size === 0) return 0;
    const value = this.bits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  symbol(table: Huffman): number {
    if (this.count < 16) this.fill();
    const entry = table.lookup[this.held >>> (32 - lookupBits)]!;
    if (entry !== 0) {
      const length = entry >> 8;
      this.held <<= length;
      this.count -= length;
      return entry & 255;
    }
    for (let length = lookupBits + 1; length <= 16; length++) {
      const code = this.held >>> (32 - length);
      if (code > table.maxCode[length]!) continue;
      this.held <<= length;
      this.count -= length;
      return table.values[table.offset[length]! + code]!;
    }
    throw brokenJpeg();
  }

  /** Steps behind the next restart marker. */
  restart(): void {
    this.held = 0;
    this.count = 0;
    this.padding = 0;
    const { bytes } = this;
    while (
      this.at + 1 < bytes.length &&
      !(bytes[this.at] === 0xff && bytes[this.at + 1]! >= 0xd0 && bytes[this.at + 1]! <= 0xd7)
    )
      this.at++;
    this.at += 2;
  }
}
