import type { VariantRecord } from '../dossier/image.ts';
import { bareContig } from '../intake/vcf/build.ts';
import { infoValue } from '../intake/vcf/record.ts';
import { imputationDoubt } from './dosage.ts';

/** Below these a block without a variant proves nothing. Phred and reads; the usual floors of gVCF callers. */
const referenceFloor = { genotypeQuality: 20, depth: 10 };

/** What the GT field says. `block`: alleles of equal block are in the order of the two chromosomes. */
export type Genotype =
  | {
      state: 'called';
      indices: [number, number];
      block: string | undefined;
      /** One chromosome alone was called (X of a man); `indices` holds its allele twice. */
      haploid: boolean;
    }
  /** `0/.`, `./.`, nothing at all, one or three alleles on an autosome. */
  | { state: 'missing'; why: string }
  /** `./1`: one chromosome carries a variant, the other is unknown. */
  | { state: 'half'; index: number; strand: 0 | 1; phased: boolean };

function field(record: VariantRecord, key: string): string | undefined {
  const at = record.format.indexOf(key);
  const value = at < 0 ? undefined : record.sample[at];
  return value === undefined || value === '' || value === '.' ? undefined : value;
}

/** Reads GT, PS and AD of the sample (VCF 4.4, section 1.6.2). Never guesses an allele. */
export function genotypeOf(record: VariantRecord): Genotype {
  const text = field(record, 'GT');
  if (text === undefined) return { state: 'missing', why: 'no genotype' };
  const parts = text.replace(/^[/|]/, '').split(/[/|]/);
  const indices = parts.map((part) => (part === '.' ? -1 : /^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (indices.some(Number.isNaN) || indices.some((index) => index > record.alt.length)) {
    return { state: 'missing', why: `genotype "${text.slice(0, 20)}" is not one` };
  }
  if (indices.length === 1 && indices[0] === -1) return { state: 'missing', why: 'no call' };
  const doubt = imputationDoubt(record);
  if (doubt !== undefined) return { state: 'missing', why: doubt };
  if (indices.length === 1 && bareContig(record.chrom).toUpperCase() === 'X') {
    return { state: 'called', indices: [indices[0]!, indices[0]!], block: undefined, haploid: true };
  }
  if (indices.length !== 2) return { state: 'missing', why: `${indices.length} alleles on an autosome` };
  const [first, second] = indices as [number, number];
  const phased = text.includes('|') && !text.slice(1).includes('/');
  if (first < 0 || second < 0) {
    const known = Math.max(first, second);
    if (known <= 0) return { state: 'missing', why: 'no call' };
    return { state: 'half', index: known, strand: first < 0 ? 1 : 0, phased };
  }
  if (first !== second && depthsContradict(record)) {
    return { state: 'missing', why: 'the genotype is heterozygous, the read depths (AD) are of one allele' };
  }
  return {
    state: 'called',
    indices: [first, second],
    block: phased ? (field(record, 'PS') ?? 'all') : undefined,
    haploid: false,
  };
}

/** True when AD shows reads for at most one allele. */
function depthsContradict(record: VariantRecord): boolean {
  const depths = field(record, 'AD')?.split(',').map(Number);
  if (!depths || depths.length < 2 || depths.some((depth) => !Number.isFinite(depth))) return false;
  return depths.filter((depth) => depth > 0).length === 1;
}

export function failsFilter(record: VariantRecord): boolean {
  return record.filter !== '' && record.filter !== '.' && record.filter !== 'PASS';
}

/** True for a gVCF block or any record that only says "as the reference from here to END". */
export function isReferenceBlock(record: VariantRecord): boolean {
  const onlyUnspecified = record.alt.every((allele) => allele === '<*>' || allele === '<NON_REF>');
  return onlyUnspecified && (record.alt.length > 0 || infoValue(record.info, 'END') !== undefined);
}

/** Whether a block proves the reference: called 0/0 with the depth and quality that it states, and it states one. */
export function provesReference(record: VariantRecord): boolean {
  const genotype = genotypeOf(record);
  if (genotype.state !== 'called' || genotype.indices[0] !== 0 || genotype.indices[1] !== 0) return false;
  const depth = Number(field(record, 'MIN_DP') ?? field(record, 'DP') ?? Number.NaN);
  const quality = Number(field(record, 'GQ') ?? field(record, 'RGQ') ?? Number.NaN);
  if (Number.isNaN(depth) && Number.isNaN(quality)) return false;
  return !(depth < referenceFloor.depth) && !(quality < referenceFloor.genotypeQuality);
}
