import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';
import type { Draft, Format, InputFile, Limits, Read, Wanted } from '../format.ts';
import { type VcfKind, vcfKind } from '../maf/vcfKind.ts';
import type { Build } from './build.ts';
import { type Packing, packingOf } from './bytes.ts';
import type { VcfHeader } from './header.ts';
import { NotReadable, scanVcf } from './scan.ts';
import { sniffVcf } from './sniff.ts';

/** Beyond this a file is a cohort, not a patient. */
const samplesAtOnce = 50;
/** Lines named one by one before the rest is only counted. */
const namedLines = 20;

/** What one pass over a VCF tells, without any genotype. */
export interface VcfPiece {
  fileFormat: string | undefined;
  /** Size of the file as it lies on disk. */
  bytes: number;
  packing: Packing;
  samples: string[];
  kind: VcfKind;
  contigs: number;
  reference: string | undefined;
  build: Build | undefined;
  buildBecause: string;
  records: number;
  malformed: number;
}

/** VCF 4.x: plain, gzip or bgzip, one or several samples. BCF is recognised in order to be refused by name. */
export const vcfFormat: Format<VcfPiece> = {
  id: 'vcf',
  sniff: sniffVcf,
  read: readVcf,
  assemble(pieces, wanted) {
    const drafts = pieces.flatMap(({ path, piece }) => draftsOf(path, piece, wanted));
    return { drafts, issues: pieces.flatMap(({ path, piece }) => cohortIssues(path, piece, wanted)) };
  },
};

async function readVcf(file: InputFile, limits: Limits): Promise<Read<VcfPiece>> {
  const issues: Issue[] = [];
  let header: VcfHeader | undefined;
  let columns = 8;
  let records = 0;
  let malformed = 0;
  try {
    const trouble = await scanVcf(file, limits, {
      header(found) {
        header = found;
        columns = found.samples.length > 0 ? 9 + found.samples.length : 8;
      },
      record(bytes, start, end, line) {
        records += 1;
        const why = whyMalformed(bytes, start, end, columns);
        if (why === undefined) return;
        malformed += 1;
        if (malformed > namedLines) return;
        issues.push(
          issue('warning', 'vcf-line-malformed', `Line ${line} was left out: ${why}.`, { place: `line ${line}` }),
        );
      },
    });
    issues.push(...trouble);
  } catch (error) {
    if (error instanceof NotReadable) return { refused: error.issue };
    throw error;
  }
  const { samples, contigs, reference, fileFormat, declared } = header!;
  if (malformed > namedLines) {
    issues.push(
      issue('warning', 'vcf-lines-malformed', `${malformed} of ${records} lines are malformed; the first are named.`, {
        remedy: 'Export the file again; bcftools view tells the first error.',
      }),
    );
  }
  if (records - malformed === 0) {
    const remedy = 'Export the file again; it may be cut off after its header.';
    issues.push(issue('warning', 'vcf-no-records', 'The file has a header and no readable record.', { remedy }));
  }
  if (new Set(samples).size < samples.length) {
    issues.push(
      issue('error', 'vcf-sample-twice', 'Two samples have the same name: they cannot be told apart.', {
        remedy: 'Rename them: bcftools reheader -s NAMES.',
      }),
    );
  }
  if (declared.contradictory) {
    issues.push(
      issue('warning', 'vcf-build-contradictory', 'Parts of the header name different genome builds.', {
        remedy: 'The reference bases decide in the analysis; check which reference the caller used.',
      }),
    );
  }
  const piece: VcfPiece = {
    fileFormat,
    bytes: file.bytes,
    packing: packingOf(file.head),
    samples: [...new Set(samples)],
    kind: vcfKind(header!.lines, samples),
    contigs: contigs.length,
    reference,
    build: declared.contradictory ? undefined : declared.build,
    buildBecause: declared.because,
    records: records - malformed,
    malformed,
  };
  return { piece, issues };
}

/** Looks at tabs and the position only: this runs once for each of millions of lines. */
function whyMalformed(bytes: Buffer, start: number, end: number, columns: number): string | undefined {
  let tabs = 0;
  let first = 0;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== 9) continue;
    tabs += 1;
    if (tabs === 1) {
      first = i;
      if (i === start) return 'no chromosome';
    } else if (tabs === 2) {
      if (i === first + 1 || i > first + 11) return 'the position is not a number';
      for (let digit = first + 1; digit < i; digit++) {
        const code = bytes[digit]!;
        if (code < 48 || code > 57) return 'the position is not a number';
      }
    }
  }
  // One tab too many at the end of a line is common and harmless.
  if (tabs + 1 < columns) return `${tabs + 1} of ${columns} columns`;
  return undefined;
}

function draftsOf(path: string, piece: VcfPiece, wanted: Wanted | undefined): Draft[] {
  const metadata: Draft['source']['metadata'] = {
    ...(piece.fileFormat === undefined ? {} : { fileformat: piece.fileFormat }),
    ...(piece.reference === undefined ? {} : { reference: piece.reference }),
    ...(piece.build === undefined ? {} : { build: piece.build }),
    buildBecause: piece.buildBecause,
    packing: piece.packing,
    bytes: piece.bytes,
    contigs: piece.contigs,
    samples: piece.samples.length,
    records: piece.records,
    malformedLines: piece.malformed,
  };
  const common = { format: 'vcf' as const, path, modality: 'genome', metadata };
  if (piece.kind.kind === 'clinvar') return [clinvarDraft(path, piece.kind, metadata)];
  if (piece.kind.kind === 'tumour') return [tumourDraft(path, piece.kind, metadata)];
  if (piece.samples.length === 0) {
    const sitesOnly = issue(
      'warning',
      'vcf-no-genotypes',
      'The file lists variants of nobody: it has no sample column.',
      {
        place: path,
        remedy: 'Export it with the genotypes of the patient.',
      },
    );
    return [{ source: { ...common, locator: {}, issues: [sitesOnly] }, files: [path], facts: [], regions: [] }];
  }
  return takenOf(piece, wanted).map((sample) => ({
    claim: { system: 'vcf:sample', value: sample },
    source: { ...common, locator: { sample }, issues: [] },
    files: [path],
    facts: [],
    regions: [],
  }));
}

/** The samples that become sources: those that were asked for, else the first ones. */
function takenOf({ samples }: VcfPiece, wanted: Wanted | undefined): string[] {
  if (wanted?.samples === 'all') return samples;
  const named = wanted?.samples;
  return named ? samples.filter((sample) => named.includes(sample)) : samples.slice(0, samplesAtOnce);
}

function clinvarDraft(
  path: string,
  { fileDate }: VcfKind & { kind: 'clinvar' },
  metadata: Draft['source']['metadata'],
): Draft {
  return {
    source: {
      format: 'vcf',
      locator: {},
      path,
      modality: 'annotation',
      description: `ClinVar${fileDate ? ` of ${fileDate}` : ''}`,
      metadata: { ...metadata, clinvar: fileDate ?? 'undated' },
      issues: [],
    },
    files: [path],
    facts: [],
    regions: [],
  };
}

/** One source for the pair: the normal sample of a somatic file shows no inherited genome. Generic names name nobody. */
function tumourDraft(
  path: string,
  { tumour, normal, because, targetMb }: VcfKind & { kind: 'tumour' },
  metadata: Draft['source']['metadata'],
): Draft {
  const unclear = issue('error', 'tumour-sample-unclear', 'The header does not say which sample is the tumour.', {
    place: path,
    remedy: 'Add ##tumor_sample=NAME to the header, or name the samples TUMOR and NORMAL.',
  });
  const name = normal ?? tumour;
  const generic = name === undefined || /^(TUMOU?R|NORMAL)$/i.test(name);
  return {
    ...(generic ? {} : { claim: { system: 'vcf:sample', value: name } }),
    source: {
      format: 'vcf',
      locator: tumour === undefined ? {} : { sample: tumour },
      path,
      modality: 'tumour-genome',
      metadata: {
        ...metadata,
        tumourBecause: because,
        ...(normal === undefined ? {} : { normalSample: normal }),
        ...(targetMb === undefined ? {} : { targetMb }),
      },
      issues: tumour === undefined ? [unclear] : [],
    },
    files: [path],
    facts: [],
    regions: [],
  };
}

function cohortIssues(path: string, piece: VcfPiece, wanted: Wanted | undefined): Issue[] {
  if (piece.kind.kind !== 'genome') return [];
  if (wanted?.samples !== undefined) {
    if (wanted.samples === 'all' || piece.samples.length === 0 || takenOf(piece, wanted).length > 0) return [];
    const there = piece.samples.slice(0, 12).join(', ');
    const message = `None of its samples is ${wanted.samples.join(' or ')}; there are ${piece.samples.length}: ${there}${piece.samples.length > 12 ? ', ...' : ''}.`;
    return [issue('error', 'sample-not-found', message, { place: path, remedy: 'Name one of them with --sample.' })];
  }
  if (piece.samples.length <= samplesAtOnce) return [];
  return [
    issue(
      'warning',
      'vcf-many-samples',
      `The file holds ${piece.samples.length} samples; the first ${samplesAtOnce} were taken.`,
      { place: path, remedy: 'Name the patient with --sample NAME, or take one out: bcftools view -s NAME.' },
    ),
  ];
}
