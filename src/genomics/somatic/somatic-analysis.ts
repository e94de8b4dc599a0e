import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { annotationReader, rank } from '../clinvar/annotation.ts';
import { changesProtein, fromMafRow, fromRecord, type SomaticVariant } from './variant.ts';

const countMeasure = measure('somatic-variant-count', 'Somatic variants that passed their filter');
const burdenMeasure = measure('tumour-mutational-burden', 'Tumour mutational burden');
const variantMeasure = measure('somatic-variant', 'Somatic variant, share of reads');

/** Variants that become findings of their own; the table holds them all. */
const listedOneByOne = 50;
/** A tumour with more variants than this was not filtered. */
const mostVariants = 500_000;

/** Lists what a tumour's file states: genes, consequences where annotated, allele fractions. No guidance follows from it. */
export const somatic: Analysis = {
  id: 'genomics.somatic',
  version: '1.0.0',
  title: 'Variants of a tumour',
  makes: ['somatic-variant-count', 'tumour-mutational-burden', 'somatic-variant', 'somatic-variants'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: (selection, dossier) => {
    const source = dossier.sources.find(({ id }) => id === selection.inputs['tumour']?.[0]);
    return 40 + (Math.min(mostVariants, Number(source?.metadata['records'] ?? 0)) * 600) / 2 ** 20;
  },
  method: 'somatic.md',
  select({ sources }) {
    const tumours = sources.filter(
      ({ modality, format, locator }) => modality === 'tumour-genome' && (format === 'maf' || locator['sample']),
    );
    const selections = tumours.map((source) => ({
      title: `${source.path}, ${nameOf(source)}`,
      inputs: { tumour: [source.id] },
    }));
    return { selections, missing: [] };
  },
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['tumour']![0])!;
    const { variants, cut } = source.format === 'maf' ? await fromMaf(source, context) : await fromVcf(source, context);
    const table = context.emit.artifact(tableOf(source, variants));
    for (const draft of draftsOf(source, variants, table, cut)) context.emit.finding(draft);
  },
};

function nameOf({ locator }: Source): string {
  return locator['sample'] ?? locator['tumour'] ?? 'tumour';
}

interface Read {
  variants: SomaticVariant[];
  /** More variants than are read. */
  cut: boolean;
}

async function fromVcf(source: Source, context: RunContext): Promise<Read> {
  const handle = await context.openVariants(source.id);
  const reader = annotationReader(handle.header);
  const variants: SomaticVariant[] = [];
  for await (const record of handle.records()) {
    if (context.signal.aborted) break;
    if (variants.length >= mostVariants) return { variants, cut: true };
    variants.push(...fromRecord(record, reader));
  }
  return { variants, cut: false };
}

async function fromMaf(source: Source, context: RunContext): Promise<Read> {
  const table = await context.openTable(source.id);
  const barcode = source.locator['tumour'];
  const variants: SomaticVariant[] = [];
  for await (const row of table.rows()) {
    if (context.signal.aborted) break;
    if (barcode !== undefined && row['Tumor_Sample_Barcode'] !== barcode) continue;
    if (variants.length >= mostVariants) return { variants, cut: true };
    const one = fromMafRow(row);
    if (one) variants.push(one);
  }
  return { variants, cut: false };
}

function draftsOf(source: Source, all: readonly SomaticVariant[], table: string, cut: boolean): FindingDraft[] {
  const passed = all.filter(({ passed }) => passed);
  const name = nameOf(source);
  const site = { system: 'tumour', code: name, display: name };
  const derivedFrom = [source.id, table].sort();
  const issues: Issue[] = [
    issue('info', 'somatic-no-guidance', 'Listed as the file states it; no therapy follows from this list here.', {
      remedy: 'Bring it to a molecular tumour board.',
    }),
  ];
  if (all.length > passed.length) {
    const message = `${all.length - passed.length} further variants failed a filter of the caller; they stand in the table.`;
    issues.push(issue('info', 'somatic-filtered', message));
  }
  if (source.metadata['normalSample'] === undefined && source.format === 'vcf') {
    const message = 'The file has no normal sample: inherited variants may stand among them.';
    issues.push(
      issue('warning', 'somatic-no-normal', message, { remedy: 'Call the tumour against blood of the patient.' }),
    );
  }
  if (cut) {
    const message = `Reading ended after ${mostVariants} variants: the list is not whole.`;
    issues.push(issue('warning', 'somatic-too-many', message, { remedy: 'Give the filtered calls.' }));
  }
  const annotated = passed.filter(({ consequence }) => consequence !== undefined).length;
  if (passed.length > 0 && annotated === 0) {
    const message = 'The file carries no annotation: genes and consequences are not known here.';
    issues.push(issue('info', 'somatic-not-annotated', message, { remedy: 'Annotate it with VEP or snpEff.' }));
  }
  const changing = passed.filter(changesProtein);
  const shown = [...changing].sort(byWeight).slice(0, listedOneByOne);
  if (changing.length > shown.length) {
    const message = `${shown.length} of ${changing.length} variants that change a protein are listed one by one; the table has all.`;
    issues.push(issue('info', 'somatic-list-cut', message));
  }
  return [
    { measure: countMeasure, site, value: { type: 'quantity', value: passed.length, unit: '1' }, issues, derivedFrom },
    burdenOf(source, changing.length, annotated, site, derivedFrom),
    ...shown.map(
      (one): FindingDraft => ({
        measure: variantMeasure,
        site: {
          system: 'variant',
          code: `${name} ${one.chrom}:${one.pos} ${one.ref}>${one.alt}`.slice(0, 200),
          display: `${one.gene ?? 'no gene named'} ${one.protein ?? `${one.chrom}:${one.pos} ${one.ref}>${one.alt}`.slice(0, 80)}`,
        },
        value:
          one.alleleFraction === undefined
            ? {
                type: 'code',
                code: { system: 'idiograph', code: 'present', display: 'present, share of reads not stated' },
              }
            : { type: 'quantity', value: Math.round(one.alleleFraction * 1e4) / 100, unit: '%' },
        issues: [],
        derivedFrom,
        evidence: [
          {
            of: source.id,
            place: `line ${one.line}`,
            says: `${(one.consequence ?? 'not annotated').replaceAll('_', ' ')}${one.depth === undefined ? '' : `, ${one.depth} reads`}`,
          },
        ],
      }),
    ),
  ];
}

/** Protein-changing variants a megabase: only where the size of the target is stated and consequences are annotated. */
function burdenOf(
  source: Source,
  changing: number,
  annotated: number,
  site: FindingDraft['site'],
  derivedFrom: string[],
): FindingDraft {
  const size = source.metadata['targetMb'];
  const common = { measure: burdenMeasure, site, derivedFrom };
  if (typeof size !== 'number') {
    const message = 'The size of the sequenced target is not stated: no burden is computed.';
    const remedy = 'Write ##target_size_mb=38.2 into the header of the VCF, #target_size_mb 38.2 on top of the MAF.';
    const unknown = issue('info', 'tmb-target-unknown', message, { remedy });
    return { ...common, value: { type: 'refused', reason: unknown.code }, issues: [unknown] };
  }
  if (annotated === 0) {
    const remedy = 'Annotate it with VEP or snpEff.';
    const unknown = issue(
      'info',
      'tmb-not-annotated',
      'No variant is annotated: which of them change a protein is not known.',
      { remedy },
    );
    return { ...common, value: { type: 'refused', reason: unknown.code }, issues: [unknown] };
  }
  const method = issue(
    'warning',
    'tmb-method',
    `${changing} protein-changing variants in ${size} Mb as stated; other panels and pipelines count otherwise, so cut-offs of one do not hold for another.`,
    { remedy: 'Compare it only with values of the same assay.' },
  );
  return { ...common, value: { type: 'quantity', value: changing / size, unit: '1/1000000{Base}' }, issues: [method] };
}

function byWeight(a: SomaticVariant, b: SomaticVariant): number {
  return (
    rank(a.impact ?? '') - rank(b.impact ?? '') || (b.alleleFraction ?? 0) - (a.alleleFraction ?? 0) || a.line - b.line
  );
}

function tableOf(source: Source, variants: readonly SomaticVariant[]) {
  const header = [
    'gene',
    'chromosome',
    'position',
    'ref',
    'alt',
    'consequence',
    'impact',
    'protein',
    'allele fraction',
    'reads',
    'passed',
    'line',
  ];
  const clean = (cell: unknown) =>
    String(cell ?? '')
      .replace(/[\t\r\n]+/g, ' ')
      .replace(/^(?=[=+@])/, "'");
  const rows = variants.map((one) =>
    [
      one.gene,
      one.chrom,
      one.pos,
      one.ref,
      one.alt,
      one.consequence,
      one.impact,
      one.protein,
      one.alleleFraction,
      one.depth,
      one.passed ? 'yes' : 'no',
      one.line,
    ].map(clean),
  );
  const text = `${[header, ...rows].map((row) => row.join('\t')).join('\n')}\n`;
  const name = nameOf(source).replace(/[^A-Za-z0-9._-]+/g, '-');
  return {
    type: 'table' as const,
    role: 'somatic-variants',
    title: `Variants of ${nameOf(source)}`,
    mediaType: 'text/tab-separated-values',
    fileName: `somatic-variants-${name}.tsv`,
    issues: [],
    derivedFrom: [source.id],
    bytes: Buffer.from(text),
  };
}
