import type { VariantRecord } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { issue } from '../dossier/issue.ts';
import type { Build } from '../intake/vcf/build.ts';
import { infoValue, recordEnd } from '../intake/vcf/record.ts';
import type { GeneDefinition } from './definition.ts';
import { failsFilter, genotypeOf } from './genotype.ts';

/** What records of structural variants say of the number of copies of one gene. 4 stands for "4 or more". */
export interface CopyNumber {
  /** Numbers that are possible, ascending; undefined when no usable record speaks of the whole gene. */
  copies: readonly number[] | undefined;
  lines: readonly number[];
  issues: Issue[];
}

/** Below this Phred quality of the copy number (CNQ) or genotype (GQ) a record narrows nothing. */
const qualityFloor = 20;
const mostCopies = 4;

/**
 * Copies of a gene from `<DEL>`, `<DUP>`, `<CNV>` and `<CNn>` records (VCF 4.4, sections 1.4.5, 5.3: END, SVLEN, SVTYPE,
 * CN). A record speaks of the gene when it covers all positions of its definition; one that covers a part may be a hybrid
 * or a false call and is named only. Records that pass and disagree leave all their numbers possible. Pure.
 */
export function copyNumberEvidence(
  definition: GeneDefinition,
  build: Build,
  records: readonly VariantRecord[],
): CopyNumber {
  const span = spanOf(definition, build);
  const lines: number[] = [];
  const issues: Issue[] = [];
  const stated: number[][] = [];
  for (const record of span ? records : []) {
    if (!isStructural(record) || record.pos > span![1] || recordEnd(record) < span![0]) continue;
    const { gene } = definition;
    const place = `line ${record.line}`;
    const what = `${record.alt.join(',') || infoValue(record.info, 'SVTYPE')} over ${gene}`;
    const copies = copiesOf(record);
    if (copies?.length === 1 && copies[0] === 2) {
      if (record.pos <= span![0] && recordEnd(record) >= span![1]) {
        lines.push(record.line);
        stated.push([...copies]);
      }
      continue;
    }
    const why = whyUnused(record, span!, copies);
    if (why !== undefined) {
      issues.push(
        issue('warning', 'copy-number-unused', `A record of ${what} narrows nothing: ${why}.`, {
          place,
          remedy: `A copy-number assay of ${gene} can settle it.`,
        }),
      );
      continue;
    }
    lines.push(record.line);
    stated.push([...copies!]);
  }
  const all = [...new Set(stated.flat())].sort((a, b) => a - b);
  if (stated.some((one) => one.join() !== stated[0]!.join())) {
    issues.push(
      issue(
        'warning',
        'copy-number-contradictory',
        `Records disagree on the copies of ${definition.gene}: ${all.join(', ')} stay possible.`,
        { place: lines.map((line) => `line ${line}`).join(', ') },
      ),
    );
  }
  return { copies: all.length > 0 ? all : undefined, lines, issues };
}

/** First and last base of all positions of the definition, without those whose place in the build is not known. */
function spanOf({ positions }: GeneDefinition, build: Build): [number, number] | undefined {
  const places = positions.flatMap(({ pos, ref }) => {
    const start = pos[build];
    return start === undefined ? [] : [start, start + (ref.GRCh38?.length ?? 1) - 1];
  });
  return places.length > 0 ? [Math.min(...places), Math.max(...places)] : undefined;
}

const symbolic = /^<(?:DEL|DUP|CNV|CN\d+)(?::[A-Z0-9:]+)?>$/;

/** True for a record of deleted or repeated sequence. Insertions, inversions and mobile elements change no copy of a gene. */
export function isStructural(record: VariantRecord): boolean {
  const named = record.alt.some((allele) => symbolic.test(allele));
  // A caller may write "as usual" as CN 2 without an alternative allele.
  return named || (record.alt.length === 0 && /^(?:DEL|DUP|CNV)/.test(infoValue(record.info, 'SVTYPE') ?? ''));
}

function whyUnused(
  record: VariantRecord,
  [start, end]: [number, number],
  copies: readonly number[] | undefined,
): string | undefined {
  if (failsFilter(record)) return `FILTER ${record.filter.slice(0, 40)}`;
  if (record.pos > start || recordEnd(record) < end) return 'it covers a part of the gene';
  if (copies === undefined) return 'it states no number of copies';
  for (const key of ['CNQ', 'GQ']) {
    const quality = Number(fieldOf(record, key) ?? Number.NaN);
    if (quality < qualityFloor) return `${key} ${quality} is below ${qualityFloor}`;
  }
  return undefined;
}

function fieldOf(record: VariantRecord, key: string): string | undefined {
  const at = record.format.indexOf(key);
  const value = at < 0 ? undefined : record.sample[at];
  return value === undefined || value === '' || value === '.' ? undefined : value;
}

/** CN of the sample, else what its genotype adds up to. A duplicated chromosome carries two copies or more. */
function copiesOf(record: VariantRecord): readonly number[] | undefined {
  const stated = Number(fieldOf(record, 'CN') ?? Number.NaN);
  if (Number.isInteger(stated) && stated >= 0) return [Math.min(stated, mostCopies)];
  const genotype = genotypeOf(record);
  if (genotype.state !== 'called') return undefined;
  let totals = [0];
  for (const index of genotype.indices) {
    const own = index === 0 ? [1] : copiesOfAllele(record.alt[index - 1]!);
    if (own === undefined) return undefined;
    totals = totals.flatMap((total) => own.map((copies) => Math.min(total + copies, mostCopies)));
  }
  return [...new Set(totals)].sort((a, b) => a - b);
}

function copiesOfAllele(allele: string): readonly number[] | undefined {
  const number = /^<CN(\d+)>$/.exec(allele)?.[1];
  if (number !== undefined) return [Number(number)];
  if (/^<DEL[:>]/.test(allele)) return [0];
  return /^<DUP[:>]/.test(allele) ? [2, 3] : undefined;
}
