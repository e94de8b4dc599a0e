import { issue } from '../../dossier/issue.ts';
import { bcfValues, floatText, type Reader, readerOf } from './bcfValues.ts';
import { type LineScanner, type LineSink, LineTooLong } from './lines.ts';
import { PackingError } from './packing.ts';

const magic = Buffer.from('BCF\u0002');
const headerBytesLimit = 64 * 2 ** 20;
const missingFloat = 0x7f800001;

export function isBcf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(4, bytes.byteLength)).equals(magic);
}

/** Names behind the numbers of a BCF file: contigs, and the one list of FILTER, INFO and FORMAT keys. */
interface Dictionaries {
  contigs: Map<number, string>;
  keys: Map<number, string>;
  /** Columns behind the nine fixed ones. */
  samples: number;
}

/**
 * Gives the lines of the VCF text that a BCF 2.1 or 2.2 file stands for (VCF 4.4, section 6), header first, one record at
 * a time. Throws `PackingError` (`bcf-broken`) where the bytes stop making sense and `LineTooLong` beyond `lineBytes`.
 */
export function bcfScanner(sink: LineSink, lineBytes: number): LineScanner {
  let rest: Buffer = Buffer.alloc(0);
  let needed = 9;
  let dictionaries: Dictionaries | undefined;
  let line = 0;
  let offset = 0;

  const give = (text: string) => {
    line += 1;
    const bytes = Buffer.from(text, 'utf8');
    sink(bytes, 0, bytes.length, line);
  };

  /** Takes one header or record from the front of `bytes`; 0 when more is needed. */
  const take = (bytes: Buffer): number => {
    if (dictionaries === undefined) {
      if (bytes.length < 9) return wait(9);
      const length = bytes.readUInt32LE(5);
      if (length > headerBytesLimit) throw brokenBcf(offset, 'its header is too large');
      if (bytes.length < 9 + length) return wait(9 + length);
      const lines = bytes
        .toString('utf8', 9, 9 + length)
        .replace(/\0+$/, '')
        .split('\n')
        .filter((one) => one !== '');
      dictionaries = dictionariesOf(lines);
      for (const one of lines) give(one);
      return 9 + length;
    }
    if (bytes.length < 8) return wait(8);
    const shared = bytes.readUInt32LE(0);
    const individual = bytes.readUInt32LE(4);
    if (shared + individual > lineBytes) throw new LineTooLong(line + 1);
    if (bytes.length < 8 + shared + individual) return wait(8 + shared + individual);
    try {
      give(
        recordText(bytes.subarray(8, 8 + shared), bytes.subarray(8 + shared, 8 + shared + individual), dictionaries),
      );
    } catch (error) {
      if (error instanceof RangeError) throw brokenBcf(offset, 'a record is not whole');
      throw error;
    }
    return 8 + shared + individual;
  };
  const wait = (bytes: number) => {
    needed = bytes;
    return 0;
  };

  return {
    lines: () => line,
    push(piece) {
      let bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
      while (bytes.length >= needed) {
        const used = take(bytes);
        if (used === 0) continue;
        offset += used;
        bytes = bytes.subarray(used);
        needed = dictionaries === undefined ? 9 : 8;
      }
      rest = Buffer.from(bytes);
    },
    end() {
      if (rest.length > 0) throw brokenBcf(offset, 'it ends within a record');
    },
  };
}

function brokenBcf(offset: number, why: string): PackingError {
  const remedy = 'Copy the file again, or convert it: bcftools view -Oz.';
  return new PackingError(
    issue('error', 'bcf-broken', `The BCF cannot be read on: ${why}.`, { place: `unpacked byte ${offset}`, remedy }),
  );
}

function dictionariesOf(lines: readonly string[]): Dictionaries {
  const contigs = new Map<number, string>();
  const keys = new Map([[0, 'PASS']]);
  const numbers = new Map([['PASS', 0]]);
  let next = 1;
  for (const line of lines) {
    const kind = /^##(contig|FILTER|INFO|FORMAT)=</.exec(line)?.[1];
    const id = /[<,]ID=([^,>]+)/.exec(line)?.[1];
    if (kind === undefined || id === undefined) continue;
    const stated = /,IDX=(\d+)/.exec(line)?.[1];
    if (kind === 'contig') contigs.set(stated === undefined ? contigs.size : Number(stated), id);
    else if (!numbers.has(id)) {
      const number = stated === undefined ? next : Number(stated);
      numbers.set(id, number);
      keys.set(number, id);
      next = Math.max(next, number + 1);
    }
  }
  const columns = lines.findLast((line) => line.startsWith('#CHROM'))?.split('\t').length ?? 0;
  return { contigs, keys, samples: Math.max(0, columns - 9) };
}

function recordText(shared: Buffer, individual: Buffer, { contigs, keys, samples }: Dictionaries): string {
  const chrom = contigs.get(shared.readInt32LE(0));
  if (chrom === undefined) throw new RangeError('a contig is not in the header');
  const quality = shared.readUInt32LE(12) === missingFloat ? '.' : floatText(shared.readFloatLE(12));
  const infoCount = shared.readUInt16LE(16);
  const alleleCount = shared.readUInt16LE(18);
  const sampleCount = shared.readUIntLE(20, 3);
  const formatCount = shared.readUInt8(23);
  // A number out of a damaged record would be taken for millions of columns.
  if (sampleCount !== samples) throw new RangeError('a record has another number of samples than the header');
  const reader = readerOf(shared, 24);
  const id = bcfValues(reader) || '.';
  const alleles = Array.from({ length: alleleCount }, () => bcfValues(reader));
  const filter = bcfValues(reader);
  const filters =
    filter === '' || filter === '.'
      ? '.'
      : filter
          .split(',')
          .map((one) => nameOf(keys, Number(one)))
          .join(';');
  const info = Array.from({ length: infoCount }, () => {
    const key = nameOf(keys, Number(bcfValues(reader)));
    const value = bcfValues(reader);
    return value === '' ? key : `${key}=${value}`;
  });
  const columns = [
    chrom,
    String(shared.readInt32LE(4) + 1),
    id,
    alleles[0] ?? '.',
    alleles.slice(1).join(',') || '.',
    quality,
    filters,
    info.join(';') || '.',
  ];
  if (sampleCount > 0) columns.push(...sampleColumns(readerOf(individual, 0), formatCount, sampleCount, keys));
  return columns.join('\t');
}

function nameOf(keys: ReadonlyMap<number, string>, number: number): string {
  const name = keys.get(number);
  if (name === undefined) throw new RangeError('a key is not in the header');
  return name;
}

function sampleColumns(reader: Reader, formats: number, samples: number, keys: ReadonlyMap<number, string>): string[] {
  const names: string[] = [];
  const values: string[][] = Array.from({ length: samples }, () => []);
  for (let f = 0; f < formats; f++) {
    const name = nameOf(keys, Number(bcfValues(reader)));
    names.push(name);
    const shape = reader.shape();
    for (const own of values) own.push(name === 'GT' ? reader.genotype(shape) : reader.values(shape) || '.');
  }
  return [names.join(':') || '.', ...values.map((own) => own.join(':') || '.')];
}
