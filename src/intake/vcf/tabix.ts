import { gunzipSync } from 'node:zlib';

/** Stretch of virtual offsets, both in the BGZF file: packed offset of the block x 65,536 + offset within the block. */
export type Chunk = [from: number, to: number];

/** A tabix (.tbi) or CSI (.csi) index of a BGZF file (SAM specification 5.2, CSIv1 and tabix pages of hts-specs). */
export interface VariantIndex {
  kind: 'tbi' | 'csi';
  /** Contigs by their names in the file, in the order of the index. */
  contigs: string[];
  /** Records that the index was made of, where it says. */
  records: number | undefined;
  /** Largest packed offset of a block that the index names. */
  lastBlock: number;
  /** Stretches that may hold records overlapping the 1-based inclusive range; they may touch. */
  chunks(contig: number, start: number, end: number): Chunk[];
}

/** Unpacked index files are a few megabytes; whole-genome ones with long contig lists stay below this. */
export const indexBytesLimit = 256 * 2 ** 20;

interface Reference {
  /** `at`: where the chunks of the bin stand in the index. `first`: csi only, its smallest virtual offset. */
  bins: Map<number, { at: number; chunks: number; first: number }>;
  /** tbi only: where the smallest virtual offset of each 16-kb window stands. */
  windowsAt: number;
  windows: number;
}

/** How the bins of an index are cut: the smallest span 2^minShift bases, each level above eight times as much. */
interface Shape {
  kind: VariantIndex['kind'];
  minShift: number;
  depth: number;
}

/** True for the unpacked first bytes of an index that this reads. */
export function isIndex(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return magic === 'TBI\u0001' || magic === 'CSI\u0001';
}

interface Cursor {
  int(): number;
  offset(): number;
  text(bytes: number): string;
  skip(bytes: number): void;
  /** A count of things of at least `bytesEach` bytes that are still to come; more than fit is a broken file. */
  count(bytesEach: number): number;
  at(): number;
}

function cursorOf(bytes: Buffer, start: number): Cursor {
  let at = start;
  const take = (size: number) => {
    if (at + size > bytes.length) throw new RangeError('it ends too early');
    at += size;
    return at - size;
  };
  const int = () => bytes.readInt32LE(take(4));
  return {
    int,
    offset() {
      const from = take(8);
      const value = bytes.readUInt32LE(from + 4) * 2 ** 32 + bytes.readUInt32LE(from);
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('an offset in it is too large');
      return value;
    },
    text(size) {
      const from = take(size);
      return bytes.toString('utf8', from, from + size);
    },
    skip: take,
    count(bytesEach) {
      const value = int();
      if (value < 0 || value * bytesEach > bytes.length - at) throw new RangeError('a count in it is too large');
      return value;
    },
    at: () => at,
  };
}

/** format, columns, meta character, lines to skip, then the names. Only the index of a VCF counts. */
function readNames(cursor: Cursor): string[] {
  const format = cursor.int();
  if ((format & 0xffff) !== 2) throw new RangeError('it indexes another format than VCF');
  cursor.skip(20);
  const names = cursor.text(cursor.count(1)).split('\0');
  if (names.at(-1) === '') names.pop();
  return names;
}

function readHead(bytes: Buffer): { contigs: string[]; shape: Shape; tables: number } {
  const cursor = cursorOf(bytes, 4);
  let contigs: string[];
  let references: number;
  let shape: Shape = { kind: 'tbi', minShift: 14, depth: 5 };
  if (bytes[0] === 84) {
    references = cursor.count(8);
    contigs = readNames(cursor);
  } else {
    shape = { kind: 'csi', minShift: cursor.int(), depth: cursor.int() };
    const usual = shape.minShift >= 4 && shape.minShift <= 30 && shape.depth >= 1 && shape.depth <= 9;
    if (!usual) throw new RangeError('its bins have an unusual shape');
    const aux = cursor.count(1);
    const end = cursor.at() + aux;
    contigs = aux < 28 ? [] : readNames(cursor);
    cursor.skip(end - cursor.at());
    references = cursor.count(4);
  }
  if (contigs.length !== references) throw new RangeError('its contigs have no names');
  return { contigs, shape, tables: cursor.at() };
}

/** Calls `found` for each bin; what `found` does not read of its chunks is skipped. */
function walkBins(cursor: Cursor, { kind }: Shape, found: (bin: number, first: number, chunks: number) => void): void {
  for (let left = cursor.count(8); left > 0; left--) {
    const bin = cursor.int() >>> 0;
    const first = kind === 'csi' ? cursor.offset() : 0;
    const chunks = cursor.count(16);
    const end = cursor.at() + 16 * chunks;
    found(bin, first, chunks);
    cursor.skip(end - cursor.at());
  }
}

/** Reads a packed index. Throws `RangeError` with the reason when the bytes are not a whole index of a VCF. */
export function readIndex(packed: Uint8Array): VariantIndex {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(packed, { chunkSize: 1 << 20, maxOutputLength: indexBytesLimit });
  } catch {
    throw new RangeError('it cannot be unpacked');
  }
  if (!isIndex(bytes)) throw new RangeError('it is neither TBI nor CSI');
  const { contigs, shape, tables } = readHead(bytes);
  const { minShift, depth } = shape;
  // One bin behind all others holds no data but [first, last offset], [records, 0] of the contig.
  const statistics = (8 ** (depth + 1) - 1) / 7 + 1;
  let records: number | undefined = 0;
  let lastBlock = 0;
  const cursor = cursorOf(bytes, tables);
  const starts = contigs.map(() => {
    const start = cursor.at();
    let counted = false;
    let any = false;
    walkBins(cursor, shape, (bin, _first, chunks) => {
      any = true;
      if (bin !== statistics || chunks < 2) return;
      cursor.skip(8);
      lastBlock = Math.max(lastBlock, Math.floor((cursor.offset() - 1) / 65_536));
      records = records === undefined ? undefined : records + cursor.offset();
      counted = true;
    });
    if (any && !counted) records = undefined;
    if (shape.kind === 'tbi') cursor.skip(8 * cursor.count(8));
    return start;
  });
  // A look-up needs a few contigs of a thousand, and a few bins of each: they are read when they are asked for.
  const known = new Map<number, Reference>();
  const table = (contig: number): Reference => {
    const made = known.get(contig) ?? readReference(bytes, starts[contig]!, shape, statistics);
    known.set(contig, made);
    return made;
  };
  return {
    kind: shape.kind,
    contigs,
    records,
    lastBlock,
    chunks(contig, start, end) {
      const from = Math.max(0, start - 1);
      const reference = table(contig);
      const least = leastOffset(bytes, reference, from, minShift, depth);
      const found: Chunk[] = [];
      for (const bin of overlappingBins(from, end, minShift, depth)) {
        const { at, chunks } = reference.bins.get(bin) ?? { at: 0, chunks: 0 };
        const list = cursorOf(bytes, at);
        for (let left = chunks; left > 0; left--) {
          const [a, b] = [list.offset(), list.offset()];
          if (b > least) found.push([Math.max(a, least), b]);
        }
      }
      return found;
    },
  };
}

function readReference(bytes: Buffer, start: number, shape: Shape, statistics: number): Reference {
  const cursor = cursorOf(bytes, start);
  const bins: Reference['bins'] = new Map();
  walkBins(cursor, shape, (bin, first, chunks) => {
    if (bin !== statistics) bins.set(bin, { at: cursor.at(), chunks, first });
  });
  const windows = shape.kind === 'tbi' ? cursor.count(8) : 0;
  return { bins, windows, windowsAt: cursor.at() };
}

/** Records that begin before this offset end before base `from` (0-based). */
function leastOffset(
  bytes: Buffer,
  { bins, windows, windowsAt }: Reference,
  from: number,
  minShift: number,
  depth: number,
): number {
  if (windows > 0) return cursorOf(bytes, windowsAt + 8 * Math.min(from >>> 14, windows - 1)).offset();
  // CSI: the offset of the smallest bin at or left of the place, else of its parents.
  let bin = (8 ** depth - 1) / 7 + Math.floor(from / 2 ** minShift);
  while (bin > 0) {
    const known = bins.get(bin);
    if (known) return known.first;
    const firstSibling = ((bin - 1) & ~7) + 1;
    bin = bin > firstSibling ? bin - 1 : (bin - 1) >> 3;
  }
  return bins.get(0)?.first ?? 0;
}

/** Bins of all levels that overlap 0-based from..end-1 (SAM specification 5.3, generalised by CSI). */
function* overlappingBins(from: number, end: number, minShift: number, depth: number): Generator<number> {
  const last = Math.min(end, 2 ** (minShift + 3 * depth)) - 1;
  for (let level = 0, first = 0; level <= depth; first += 8 ** level, level++) {
    const size = 2 ** (minShift + 3 * (depth - level));
    for (let bin = first + Math.floor(from / size); bin <= first + Math.floor(last / size); bin++) yield bin;
  }
}
