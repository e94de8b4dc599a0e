import type { Bundle, DiagnosticReport, Extension, Procedure, Resource } from '@medplum/fhirtypes';
import type { Finding } from '../dossier/finding.ts';
import type { Source } from '../dossier/source.ts';
import type { ExportContext } from './context.ts';
import { labelsOf, metaOf, narrativeOf, plainText } from './datatypes.ts';
import { deviceResource, type FhirInput, subjectResource } from './fhirBundle.ts';
import {
  type GeneFindings,
  genotypeObservation,
  haplotypeObservations,
  phenotypeObservation,
} from './genomicsAlleles.ts';
import { answers, codes, geneComponent, profile } from './genomicsCodes.ts';
import { type DrugContext, implicationOf, type KnownStatement, recommendationOf } from './genomicsDrugs.ts';
import { type Build, type PlacesOf, variantObservations } from './genomicsVariants.ts';
import { identifierOf, type Link, urnOf, uuidOf } from './identifiers.ts';
import { sourceDocument } from './sources.ts';

export type GenomicsInput = Pick<FhirInput, 'subject' | 'identities' | 'sources' | 'findings' | 'generatedBy'> & {
  /** Build of the genome where it is known. */
  build: string | null;
  facts: GenomicsFacts;
};

/** Tables of the rooms that the bundle quotes. */
export interface GenomicsFacts {
  /** Statements of the guidance by their id. */
  statements: ReadonlyMap<string, KnownStatement>;
  /** RxNorm id of a drug by its name. */
  rxnorm: ReadonlyMap<string, string>;
  placesOf: PlacesOf;
}

const deviceId = 'device idiograph';

/**
 * The pharmacogenomic part of a dossier as HL7 Genomics Reporting STU3 (FHIR R4 collection): genomic-report, genotype,
 * haplotype and variant Observations, therapeutic implications, medication recommendations for drugs that are taken, the
 * genomic study with its analysis, and the data files. Every Observation leads by `derivedFrom` to a variant, and that to
 * its file. Equal input gives equal bytes; there is no clock.
 */
export function toGenomicsBundle(input: GenomicsInput): Bundle {
  const { subject } = input;
  const genomes = input.sources.filter(({ format, modality }) => format === 'vcf' && modality === 'genome');
  const genes = genesOf(input.findings);
  const read = sourcesOf(genes, input.sources, genomes);
  const context: ExportContext = {
    links: new Map(read.map(({ id }): [string, Link] => [id, { type: 'DocumentReference', urn: urnOf(id) }])),
    subject: { reference: urnOf(subject.id) },
    isPatient: subject.type === 'patient',
    device: { reference: urnOf(deviceId) },
    meta: metaOf(subject),
    labels: labelsOf(subject),
    runs: new Map(),
  };
  const build = input.build === 'GRCh37' || input.build === 'GRCh38' ? input.build : undefined;
  const drugs = drugContext(genes, input);
  const guidance = sorted(input.findings.filter(({ measure }) => measure.code === 'drug-guidance'));
  const observations = [...genes.values()].flatMap((of) => [
    genotypeObservation(of, context),
    ...haplotypeObservations(of, context),
    ...variantObservations(of.diplotype, build, input.facts.placesOf, context),
    ...[phenotypeObservation(of, context)].filter((one) => one !== undefined),
  ]);
  const implications = guidance.flatMap((one) => implicationOf(one, drugs, context) ?? []);
  const implied = new Set(implications.map(({ id }) => id));
  const tasks = guidance
    .filter(({ id }) => implied.has(uuidOf(id)))
    .flatMap((one) => recommendationOf(one, drugs, context) ?? []);
  const results = [...observations, ...implications];
  const studies = studyOf(input, build, read, [...genes.keys()], context);
  const resources: Resource[] = [
    subjectResource(input, context),
    deviceResource(input),
    reportOf(results, tasks, studies[0], context),
    ...results,
    ...tasks,
    ...studies,
    ...sorted(read).map((source) => withProfile(sourceDocument(source, context), 'genomic-data-file')),
  ];
  return {
    resourceType: 'Bundle',
    id: uuidOf(`genomics bundle ${subject.id}`),
    ...(context.meta ? { meta: context.meta } : {}),
    type: 'collection',
    entry: resources.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  };
}

const sorted = <T extends { id: string }>(list: readonly T[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));

function genesOf(findings: readonly Finding[]): Map<string, GeneFindings> {
  const of = (measure: RegExp, gene: string) =>
    findings.find((one) => measure.test(one.measure.code) && one.site?.code === gene);
  const diplotypes = findings.filter(({ measure, site }) => measure.code === 'diplotype' && site);
  return new Map(
    diplotypes
      .sort((a, b) => (a.site!.code < b.site!.code ? -1 : 1))
      .map((diplotype) => {
        const gene = diplotype.site!.code;
        return [
          gene,
          {
            gene,
            diplotype,
            score: of(/^activity-score$/, gene),
            phenotype: of(/^metabolizer-phenotype$/, gene),
          },
        ];
      }),
  );
}

/** The files that the genes were read from; all genomes where a finding names none. */
function sourcesOf(genes: ReadonlyMap<string, GeneFindings>, sources: readonly Source[], genomes: readonly Source[]) {
  const named = new Set([...genes.values()].flatMap(({ diplotype }) => diplotype.derivedFrom));
  const read = sources.filter(({ id }) => named.has(id));
  return sorted(read.length > 0 ? read : genomes);
}

function drugContext(genes: ReadonlyMap<string, GeneFindings>, { findings, facts }: GenomicsInput): DrugContext {
  const listed = findings.filter(({ measure, site }) => /^(active|planned)-medication$/.test(measure.code) && site);
  return {
    genes,
    statements: facts.statements,
    rxnorm: facts.rxnorm,
    taken: new Map(listed.map((one) => [one.site!.code, one])),
  };
}

function reportOf(
  results: readonly { id?: string; resourceType: string }[],
  tasks: readonly { id?: string }[],
  study: Procedure | undefined,
  context: ExportContext,
): DiagnosticReport {
  const id = `genomic report ${context.subject.reference}`;
  const refer = (one: { id?: string }) => ({ reference: `urn:uuid:${one.id}` });
  const extension: Extension[] = [
    ...tasks.map((task) => ({ url: profile('recommended-action'), valueReference: refer(task) })),
    ...(study ? [{ url: profile('genomic-study-reference'), valueReference: refer(study) }] : []),
  ];
  return {
    resourceType: 'DiagnosticReport',
    id: uuidOf(id),
    meta: { ...context.meta, profile: [profile('genomic-report')] },
    text: narrativeOf([...context.labels, 'Pharmacogenes: computed and signed by nobody.']),
    ...(extension.length > 0 ? { extension } : {}),
    identifier: [identifierOf(uuidOf(id))],
    status: 'preliminary',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'GE', display: 'Genetics' }],
      },
    ],
    code: codes.report,
    subject: context.subject,
    result: results.map(refer),
  };
}

/** The study and its one analysis: which build, which genes, from which file. */
function studyOf(
  { generatedBy }: GenomicsInput,
  build: Build | undefined,
  read: readonly Source[],
  genes: readonly string[],
  context: ExportContext,
): Procedure[] {
  if (!context.isPatient) return [];
  const [studyId, analysisId] = [
    `genomic study ${context.subject.reference}`,
    `genomic analysis ${context.subject.reference}`,
  ];
  const category = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
  };
  const common = {
    resourceType: 'Procedure' as const,
    status: 'completed' as const,
    category,
    subject: { reference: context.subject.reference! },
  };
  const studied = genes.map((gene) => ({
    url: 'studied',
    valueCodeableConcept: geneComponent(gene).valueCodeableConcept!,
  }));
  const analysis: Procedure = {
    ...common,
    id: uuidOf(analysisId),
    meta: { ...context.meta, profile: [profile('genomic-study-analysis')] },
    text: narrativeOf([...context.labels, plainText(`Star alleles by ${generatedBy.name} ${generatedBy.version}`)]),
    extension: [
      ...(build ? [{ url: profile('genomic-study-analysis-genome-build'), valueCodeableConcept: answers[build] }] : []),
      { url: profile('genomic-study-analysis-genomic-source-class'), valueCodeableConcept: answers.germline },
      ...(studied.length > 0 ? [{ url: profile('genomic-study-analysis-regions'), extension: studied }] : []),
      ...read.map(({ id }) => ({
        url: profile('genomic-study-analysis-input'),
        extension: [{ url: 'file', valueReference: { reference: urnOf(id) } }],
      })),
      {
        url: profile('genomic-study-analysis-device'),
        extension: [{ url: 'device', valueReference: { reference: urnOf(deviceId) } }],
      },
    ],
  };
  const study: Procedure = {
    ...common,
    id: uuidOf(studyId),
    meta: { ...context.meta, profile: [profile('genomic-study')] },
    text: narrativeOf([...context.labels, 'Pharmacogenomic study']),
    extension: [{ url: profile('genomic-study-analysis-ext'), valueReference: { reference: urnOf(analysisId) } }],
    code: { text: 'Pharmacogenomics' },
  };
  return [study, analysis];
}

function withProfile<T extends Resource>(resource: T, id: string): T {
  return { ...resource, meta: { ...resource.meta, profile: [profile(id)] } };
}
