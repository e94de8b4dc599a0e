import { type DicomRecord, itemOf, numberOf, numbersOf } from './record.ts';

/** How values become grey by a table: `tone` runs evenly from the value `from` to the value `to`, 0 dark to 255 bright. */
export type VoiLut = {
  from: number;
  to: number;
  tone: number[];
};

const steps = 256;

/**
 * The first table of a VOI LUT Sequence (PS3.3 C.11.2.1.1), thinned to 256 steps. Its descriptor: number of entries (0 means
 * 65,536), first value that is mapped (after the modality's rescaling), bits of an entry. Undefined where there is none or
 * where its data do not fit the descriptor.
 */
export function voiLutOf(record: DicomRecord): VoiLut | undefined {
  const item = itemOf(record, 'VOILUTSequence');
  const descriptor = numbersOf(item, 'LUTDescriptor', 3);
  const data = numbersOf(item, 'LUTData');
  if (!descriptor || !data) return undefined;
  const [said, begin, bits] = descriptor as [number, number, number];
  const count = said === 0 ? 65_536 : said;
  if (count < 2 || data.length < 2 || !(bits >= 1 && bits <= 16)) return undefined;
  // Entries of 8 bits may lie two in a word.
  const entries = data.length < count && bits <= 8 ? data.flatMap((word) => [word & 255, word >> 8]) : data;
  if (entries.length < count) return undefined;
  // The first value is signed where pixels or their rescaled values are.
  const isSigned = numberOf(record, 'PixelRepresentation') === 1 || (numberOf(record, 'RescaleIntercept') ?? 0) < 0;
  const from = isSigned && begin >= 32_768 ? begin - 65_536 : begin;
  const highest = 2 ** bits - 1;
  const tone = Array.from({ length: steps }, (_, at) => {
    const entry = entries[Math.round((at * (count - 1)) / (steps - 1))]!;
    return Math.round((255 * Math.min(highest, entry)) / highest);
  });
  return { from, to: from + count - 1, tone };
}
