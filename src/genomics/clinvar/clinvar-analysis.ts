import { z } from 'zod';
import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { VariantRecord, VariantsHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { parseHeader } from '../../intake/vcf/header.ts';
import { recordEnd } from '../../intake/vcf/record.ts';
import { geneCode } from '../codes.ts';
import { sameChange } from '../project.ts';
import { type AnnotationReader, annotationReader } from './annotation.ts';
import { type Carried, carriedAlleles } from './carried.ts';
import { isPathogenic, type ListedVariant, listedVariant } from './listed.ts';

const genesFile = 'genomics/pain-genes.json';
const padding = 20_000;
/** Bases between two spellings of one indel; a longer repeat is not looked at. */
const farthestSpelling = 1000;

const Span = z.tuple([z.number().int(), z.number().int()]);
const GenesFile = z.object({
  genes: z.array(z.object({ gene: z.string(), about: z.string(), chromosome: z.string(), GRCh37: Span, GRCh38: Span })),
});
type Gene = z.infer<typeof GenesFile>['genes'][number];

const matchMeasure = measure('clinvar-match', 'Variant that ClinVar lists as pathogenic or likely pathogenic');
const countMeasure = measure('clinvar-match-count', 'Matches with ClinVar');
const annotatedMeasure = measure('annotated-variant', 'Variant by the annotation of the file');

/** Variants of a person in a few genes of pain, held against a ClinVar file of the site and against their own annotation. */
export const clinvar: Analysis = {
  id: 'genomics.clinvar',
  version: '1.1.0',
  title: 'Rare variants in genes of pain',
  makes: ['clinvar-match', 'clinvar-match-count', 'annotated-variant'],
  takes: [],
  knowledge: [genesFile],
  packs: [],
  peakMemoryMb: (selection, dossier) => {
    const ids = Object.values(selection.inputs).flat();
    const bytes = dossier.sources
      .filter(({ id }) => ids.includes(id))
      .map(({ metadata }) => Number(metadata['bytes'] ?? 0));
    return 40 + Math.max(0, ...bytes) / 2 ** 20;
  },
  method: 'clinvar.md',
  select({ sources }) {
    const genome = sources
      .filter(({ modality, locator }) => modality === 'genome' && locator['sample'])
      .sort(
        (a, b) => Number(b.metadata['records'] ?? 0) - Number(a.metadata['records'] ?? 0) || (a.id < b.id ? -1 : 1),
      )[0];
    const lists = sources.filter(({ metadata }) => metadata['clinvar'] !== undefined);
    if (!genome || (lists.length === 0 && genome.metadata['annotation'] === undefined)) {
      return { selections: [], missing: [] };
    }
    // The newest that fits the build of the genome; the others say nothing more.
    const fits = ({ metadata }: Source) => Number(metadata['build'] === genome.metadata['build']);
    const [list] = lists.sort(
      (a, b) => fits(b) - fits(a) || (String(a.metadata['clinvar']) < String(b.metadata['clinvar']) ? 1 : -1),
    );
    const inputs = { genome: [genome.id], ...(list ? { clinvar: [list.id] } : {}) };
    return { selections: [{ title: `${genome.path}, sample ${genome.locator['sample']}`, inputs }], missing: [] };
  },
  async run(inputs, _options, context) {
    const { genes } = GenesFile.parse(context.knowledge(genesFile));
    const genome = await context.openVariants(inputs['genome']![0]!);
    const { declared } = parseHeader(genome.header);
    const build = declared.contradictory ? undefined : declared.build;
    const list = context.dossier.sources.find(({ id }) => id === inputs['clinvar']?.[0]);
    const usable = list !== undefined && build !== undefined && list.metadata['build'] === build;
    if (list !== undefined && !usable) context.emit.issue(buildDiffers(list, build));
    const ranges = genes.flatMap((gene) => rangesOf(gene, build));
    const records = await collect(genome, ranges, context);
    const carried = records.flatMap(carriedAlleles);
    const reader = annotationReader(genome.header);
    if (usable) {
      const listed = await listedOf(await context.openVariants(list.id), genes, ranges, context);
      for (const gene of genes) {
        for (const draft of matchesOf(gene, listed, carried, records, { genome: genome.id, list, reader })) {
          context.emit.finding(draft);
        }
      }
    }
    if (reader) for (const draft of annotatedOf(genes, carried, genome.id, reader)) context.emit.finding(draft);
  },
};

function rangesOf(gene: Gene, build: 'GRCh37' | 'GRCh38' | undefined) {
  const builds = build ? [build] : (['GRCh37', 'GRCh38'] as const);
  return builds.map((one) => ({
    chrom: gene.chromosome,
    start: gene[one][0] - padding,
    end: gene[one][1] + padding,
  }));
}

type Ranges = ReturnType<typeof rangesOf>;

async function collect(handle: VariantsHandle, ranges: Ranges, { signal }: RunContext): Promise<VariantRecord[]> {
  const records: VariantRecord[] = [];
  for await (const record of handle.records(ranges)) {
    if (signal.aborted) break;
    records.push(record);
  }
  return records;
}

async function listedOf(handle: VariantsHandle, genes: readonly Gene[], ranges: Ranges, context: RunContext) {
  const names = new Set(genes.map(({ gene }) => gene));
  const listed: ListedVariant[] = [];
  for await (const record of handle.records(ranges)) {
    if (context.signal.aborted) break;
    const one = listedVariant(record, names);
    if (one) listed.push(one);
  }
  return listed;
}

interface Against {
  genome: string;
  list: Source;
  reader: AnnotationReader | undefined;
}

function matchesOf(
  { gene, about }: Gene,
  listed: readonly ListedVariant[],
  carried: readonly Carried[],
  records: readonly VariantRecord[],
  { genome, list, reader }: Against,
): FindingDraft[] {
  const own = listed.filter((one) => one.gene === gene);
  const byKey = Map.groupBy(carried, ({ key }) => key);
  const matches = own.flatMap((one) => {
    const found = byKey.get(one.key)?.[0] ?? carried.find((other) => isSameIndel(one, other));
    return found ? [{ one, found }] : [];
  });
  const derivedFrom = [genome, list.id].sort();
  const written = writtenPlaces(records);
  const seen = own.filter(({ key }) => written(Number(key.split(':')[1]))).length;
  const date = String(list.metadata['clinvar']);
  const absence = issue(
    'info',
    'clinvar-absence',
    `Of ${own.length} variants of ${gene} that ClinVar of ${date} lists as pathogenic or likely pathogenic, ${seen} lie at a place that the file writes. No match is no absence of disease.`,
    { remedy: `A question about it (${about}) needs a clinical test of the gene, with coverage and copy number.` },
  );
  const count: FindingDraft = {
    measure: countMeasure,
    site: geneCode(gene),
    value: { type: 'quantity', value: matches.length, unit: '1' },
    issues: [absence],
    derivedFrom,
    methodNote: `ClinVar of ${date}`,
  };
  return [
    count,
    ...matches.map(({ one, found }): FindingDraft => {
      const { record, alt, copies, ploidy } = found;
      const [annotated] = reader?.(record, alt).filter((row) => row.gene === gene) ?? [];
      const consequence = annotated ? `; annotated ${annotated.consequence}` : '';
      return {
        measure: matchMeasure,
        site: { system: 'ClinVar', code: one.variation, display: `${gene} ${one.hgvs}` },
        value: {
          type: 'code',
          code: { system: 'ClinVar', code: one.variation, display: `${one.significance} (${one.review})` },
        },
        issues: [
          issue(
            'warning',
            'clinvar-confirm',
            'Stated by ClinVar for the variant, not for this patient: phenotype, family and a confirmed test decide.',
            {
              remedy: `Read ClinVar variation ${one.variation}; confirm by a clinical test before anybody acts on it.`,
            },
          ),
        ],
        derivedFrom,
        evidence: [
          {
            of: genome,
            place: `line ${record.line}`,
            says: `${record.chrom}:${record.pos} ${record.ref}>${alt}, on ${copies} of ${ploidy} chromosomes${consequence}`,
          },
          {
            of: list.id,
            place: `line ${one.line}`,
            says: `variation ${one.variation}: ${one.significance}; ${one.review}; ${one.conditions}`,
          },
        ],
        methodNote: `ClinVar of ${date}`,
      };
    }),
  ];
}

/** The same indel at two places of a repeat, where the bases that both descriptions state show that it is one. */
function isSameIndel({ change, key }: ListedVariant, { record, alt, key: ownKey }: Carried): boolean {
  const [own, theirs] = [alt.length - record.ref.length, change.alt.length - change.ref.length];
  if (own === 0 || own !== theirs || Math.abs(record.pos - change.pos) > farthestSpelling) return false;
  return ownKey.split(':')[0] === key.split(':')[0] && sameChange(change, { pos: record.pos, ref: record.ref, alt });
}

/** Whether a place lies in a record of the file, be it a variant or a block of a gVCF. */
function writtenPlaces(records: readonly VariantRecord[]): (pos: number) => boolean {
  const stretches = records.map((record) => [record.pos, recordEnd(record)] as const).sort((a, b) => a[0] - b[0]);
  const starts = stretches.map(([start]) => start);
  const furthest: number[] = [];
  for (const [, end] of stretches) furthest.push(Math.max(end, furthest.at(-1) ?? 0));
  return (pos) => {
    const before = starts.findLastIndex((start) => start <= pos);
    return before >= 0 && furthest[before]! >= pos;
  };
}

/** Variants that the annotation of the file itself calls HIGH or pathogenic. Nothing is computed about consequences. */
function annotatedOf(
  genes: readonly Gene[],
  carried: readonly Carried[],
  genome: string,
  reader: AnnotationReader,
): FindingDraft[] {
  const names = new Set(genes.map(({ gene }) => gene));
  return carried.flatMap(({ record, alt, copies, ploidy, key }) =>
    reader(record, alt)
      .filter(({ gene, impact, significance }) => {
        const said = (significance ?? '').replaceAll('&', '|');
        return names.has(gene) && (impact === 'HIGH' || isPathogenic(said));
      })
      .map(
        ({ gene, consequence, impact, coding, protein, significance }): FindingDraft => ({
          measure: annotatedMeasure,
          site: { system: 'variant', code: `${gene} ${key}`, display: `${gene} ${protein ?? coding ?? key}` },
          value: {
            type: 'code',
            code: {
              system: 'sequence-ontology',
              code: consequence,
              display: `${consequence.replaceAll('_', ' ')} (${impact})`,
            },
          },
          issues: [
            issue(
              'info',
              'annotation-as-stated',
              `As the annotation of the file says${significance ? `, which also states: ${significance}` : ''}; nobody judged it here.`,
              { remedy: 'A predicted consequence is no diagnosis: have it read by a laboratory.' },
            ),
          ],
          derivedFrom: [genome],
          evidence: [
            {
              of: genome,
              place: `line ${record.line}`,
              says: `${record.ref}>${alt}, on ${copies} of ${ploidy} chromosomes`,
            },
          ],
        }),
      ),
  );
}

function buildDiffers(list: Source, build: string | undefined): Issue {
  const theirs = String(list.metadata['build'] ?? 'no stated build');
  const message =
    build === undefined
      ? `The genome names no build: ClinVar on ${theirs} was not held against it.`
      : `ClinVar lies on ${theirs}, the genome on ${build}: they were not held against each other.`;
  const remedy = 'Add the ClinVar VCF of the build of the genome, or ##contig lines to the header of the genome.';
  return issue('error', 'clinvar-build-differs', message, { place: list.path, remedy });
}
