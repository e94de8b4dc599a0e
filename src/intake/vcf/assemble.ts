import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft, Wanted } from '../format.ts';
import { specialDraft } from '../maf/specialDraft.ts';
import type { IndexPiece, VariantsPiece, VcfPiece } from './piece.ts';

/** Beyond this a file is a cohort, not a patient. */
const samplesAtOnce = 50;

/** One draft a sample, of a file and the index that lies beside it under its name. `wanted`: only these samples. */
export function assemble(
  pieces: { path: string; piece: VcfPiece }[],
  wanted?: Wanted,
): { drafts: Draft[]; issues: Issue[] } {
  const drafts: Draft[] = [];
  const issues: Issue[] = [];
  const indexes = new Map(
    pieces.flatMap(({ path, piece }) => (piece.kind === 'index' ? [[path, piece] as const] : [])),
  );
  for (const { path, piece } of pieces) {
    if (piece.kind !== 'variants') continue;
    let used: { path: string; piece: IndexPiece } | undefined;
    for (const ending of ['.csi', '.tbi']) {
      const beside = indexes.get(path + ending);
      if (!beside) continue;
      indexes.delete(path + ending);
      const why = whyUnfit(beside, piece);
      if (why) issues.push(unfit(path + ending, why));
      else if (used) issues.push(spare(path + ending));
      else used = { path: path + ending, piece: beside };
    }
    drafts.push(...draftsOf(path, piece, used, wanted));
    if (piece.content.kind === 'genome') issues.push(...cohortIssues(path, piece, wanted));
  }
  for (const path of indexes.keys()) {
    const remedy = 'Put it beside its file, under the name of the file with .tbi or .csi behind.';
    issues.push(issue('warning', 'vcf-index-alone', 'No VCF goes with this index.', { place: path, remedy }));
  }
  return { drafts, issues };
}

/** An index is used only when it counts the very records that the file has. */
function whyUnfit(index: IndexPiece, { packing, bytes, records, malformed }: VariantsPiece): string | undefined {
  if (packing !== 'bgzip') return 'the file beside it is not packed by bgzip';
  if (index.records === undefined) return 'it does not count its records';
  const there = records + malformed;
  if (index.records !== there) return `it counts ${index.records} records, the file has ${there}`;
  if (index.lastBlock >= bytes) return 'it points behind the end of the file';
  return undefined;
}

function unfit(place: string, why: string): Issue {
  return issue('warning', 'vcf-index-stale', `The index is not used: ${why}. The whole file is read instead.`, {
    place,
    remedy: 'Make it again: bcftools index -t FILE.',
  });
}

function spare(place: string): Issue {
  const message = 'The file has another index already.';
  return issue('info', 'vcf-index-spare', message, { place, remedy: 'Nothing to do: one is enough.' });
}

function draftsOf(
  path: string,
  piece: VariantsPiece,
  index: { path: string; piece: IndexPiece } | undefined,
  wanted: Wanted | undefined,
): Draft[] {
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
    ...(piece.content.kind === 'genome' && piece.content.annotation ? { annotation: piece.content.annotation } : {}),
    ...(index ? { index: index.piece.index, lineMarks: piece.lineMarks } : {}),
  };
  const common = { format: 'vcf' as const, path, modality: 'genome', metadata };
  const files = index ? [path, index.path] : [path];
  const special = specialDraft(piece.content, path, files, metadata);
  if (special) return [special];
  if (piece.samples.length === 0) {
    const sitesOnly = issue(
      'warning',
      'vcf-no-genotypes',
      'The file lists variants of nobody: it has no sample column.',
      { place: path, remedy: 'Export it with the genotypes of the patient.' },
    );
    return [{ source: { ...common, locator: {}, issues: [sitesOnly] }, files, facts: [], regions: [] }];
  }
  return takenOf(piece, wanted).map((sample) => ({
    claim: { system: 'vcf:sample', value: sample },
    source: { ...common, locator: { sample }, issues: [] },
    files,
    facts: [],
    regions: [],
  }));
}

/** The samples that become sources: those that were asked for, else the first ones. */
function takenOf({ samples }: VariantsPiece, wanted: Wanted | undefined): string[] {
  if (wanted?.samples === 'all') return samples;
  const named = wanted?.samples;
  return named ? samples.filter((sample) => named.includes(sample)) : samples.slice(0, samplesAtOnce);
}

function cohortIssues(path: string, piece: VariantsPiece, wanted: Wanted | undefined): Issue[] {
  const { samples } = piece;
  if (wanted?.samples !== undefined) {
    if (samples.length === 0 || takenOf(piece, wanted).length > 0) return [];
    const message = `None of its ${samples.length} samples is the one that was asked for.`;
    return [issue('error', 'sample-not-found', message, { place: path, remedy: 'Name one of them with --sample.' })];
  }
  if (samples.length > samplesAtOnce) {
    return [
      issue(
        'warning',
        'vcf-many-samples',
        `The file holds ${samples.length} samples; the first ${samplesAtOnce} were taken.`,
        { place: path, remedy: 'Name the patient with --sample NAME, or take one out: bcftools view -s NAME.' },
      ),
    ];
  }
  if (samples.length < 2) return [];
  const named = samples.slice(0, 10).join(', ') + (samples.length > 10 ? ', ...' : '');
  return [
    issue(
      'warning',
      'vcf-several-samples',
      `The file holds ${samples.length} samples (${named}); each was taken as a person of its own.`,
      {
        place: path,
        remedy:
          'Name the patient with --sample NAME, or list the sample as {"system": "vcf:sample"} member of patient.json.',
      },
    ),
  ];
}
