/** Type and number of a typed value (VCF 4.4, section 6.3.3): 1 int8, 2 int16, 3 int32, 5 float, 7 characters. */
export interface Shape {
  type: number;
  count: number;
}

/** Walks the typed values of one record. All of it throws `RangeError` beyond the end of the bytes. */
export interface Reader {
  shape(): Shape;
  /** As VCF text, `.` for a missing member; '' for no value at all. */
  values(shape: Shape): string;
  genotype(shape: Shape): string;
}

const sizes: Record<number, number> = { 0: 0, 1: 1, 2: 2, 3: 4, 5: 4, 7: 1 };
/** End of a vector that is shorter than those of other samples, and the first real value above the reserved ones. */
const reserved: Record<number, { missing: number; end: number }> = {
  1: { missing: -0x80, end: -0x7f },
  2: { missing: -0x8000, end: -0x7fff },
  3: { missing: -0x80000000, end: -0x7fffffff },
  5: { missing: 0x7f800001, end: 0x7f800002 },
};

export function readerOf(bytes: Buffer, start: number): Reader {
  let at = start;
  const integer = (type: number, from: number): number =>
    type === 1 ? bytes.readInt8(from) : type === 2 ? bytes.readInt16LE(from) : bytes.readInt32LE(from);

  const shape = (): Shape => {
    const head = bytes.readUInt8(at);
    at += 1;
    const type = head & 15;
    let count = head >> 4;
    if (sizes[type] === undefined) throw new RangeError('a value has an unknown type');
    if (count === 15) {
      const own = shape();
      if (own.type < 1 || own.type > 3 || own.count !== 1) throw new RangeError('a count is no number');
      count = integer(own.type, at);
      at += sizes[own.type]!;
    }
    if (count < 0 || count * sizes[type]! > bytes.length - at)
      throw new RangeError('a value is longer than its record');
    return { type, count };
  };

  /** Members up to the end mark; undefined for a missing one. */
  const members = ({ type, count }: Shape, text: (from: number) => string): string[] => {
    const found: string[] = [];
    const from = at;
    at += count * sizes[type]!;
    if (at > bytes.length) throw new RangeError('a value is longer than its record');
    for (let i = 0; i < count; i++) {
      const place = from + i * sizes[type]!;
      const raw = type === 5 ? bytes.readUInt32LE(place) : integer(type, place);
      if (raw === reserved[type]!.end) break;
      found.push(raw === reserved[type]!.missing ? '.' : text(place));
    }
    return found;
  };

  return {
    shape,
    values(own) {
      if (own.type === 0 || own.count === 0) return '';
      if (own.type === 7) {
        const from = at;
        at += own.count;
        if (at > bytes.length) throw new RangeError('a value is longer than its record');
        return bytes.toString('utf8', from, at).replace(/\0+$/, '');
      }
      return members(own, (place) =>
        own.type === 5 ? floatText(bytes.readFloatLE(place)) : String(integer(own.type, place)),
      ).join(',');
    },
    genotype(own) {
      if (own.type === 0 || own.count === 0) return '.';
      if (own.type > 3) throw new RangeError('a genotype is no number');
      const alleles = members(own, (place) => String(integer(own.type, place)));
      return alleles
        .map((text, i) => {
          const code = text === '.' ? 0 : Number(text);
          const allele = code >> 1 === 0 ? '.' : String((code >> 1) - 1);
          return i === 0 ? allele : `${(code & 1) === 1 ? '|' : '/'}${allele}`;
        })
        .join('');
    },
  };
}

/** The next typed value as VCF text. */
export function bcfValues(reader: Reader): string {
  return reader.values(reader.shape());
}

/** A float32 with six significant digits, as C's `%g` writes it: the form in VCF text. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return '0';
  const [digits, exponent] = value.toExponential(5).split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const short = digits.replace(/\.?0+$/, '');
    return `${short}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const fixed = value.toFixed(5 - power);
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}
