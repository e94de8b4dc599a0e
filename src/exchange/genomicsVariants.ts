import type { Observation, ObservationComponent } from '@medplum/fhirtypes';
import type { Finding } from '../dossier/finding.ts';
import type { ExportContext } from './context.ts';
import { narrativeOf, plainText } from './datatypes.ts';
import { answers, codes, geneComponent, profile } from './genomicsCodes.ts';
import { identifierOf, referenceTo, uuidOf } from './identifiers.ts';
import { categoryOf } from './observation.ts';

export type Build = 'GRCh37' | 'GRCh38';

/** Where a defined position lies, and its base in the genome. */
export interface DefinedPlace {
  chromosome: string;
  pos: Record<Build, number>;
  ref: Record<Build, string>;
}

/** Defined positions of a gene by rs number, and by `10:94938719` on that build. Empty for genes without a table. */
export type PlacesOf = (gene: string, build: Build) => ReadonlyMap<string, DefinedPlace>;

/** A genotype in the evidence of a gene: `rs3892097: C/T` on `line 812`. */
export interface SeenVariant {
  id: string;
  name: string;
  alleles: string[];
  of: string;
  line: string;
}

const genotypeWords = /^(rs\d+|[0-9XYM]+:\d+): ([ACGTN]+(?:[/|][ACGTN]+)?)(?: \(|$)/;

/** The variants that the evidence of a finding names, each once. */
export function seenVariants(finding: Finding): SeenVariant[] {
  const gene = finding.site!.code;
  const seen = new Map<string, SeenVariant>();
  for (const { of, place, says = '' } of finding.evidence ?? []) {
    const match = genotypeWords.exec(says);
    if (!match || !place.startsWith('line ')) continue;
    const [, name, genotype] = match as unknown as [string, string, string];
    const id = `variant ${finding.subject} ${gene} ${name}`;
    if (!seen.has(id)) seen.set(id, { id, name, alleles: genotype.split(/[/|]/), of, line: place });
  }
  return [...seen.values()];
}

/** The variants of one gene as Observations; the last one says what the other positions show, so that every chain ends. */
export function variantObservations(
  finding: Finding,
  build: Build | undefined,
  placesOf: PlacesOf,
  context: ExportContext,
): Observation[] {
  const gene = finding.site!.code;
  const places = placesOf(gene, build ?? 'GRCh38');
  const variants = seenVariants(finding).map((seen) => {
    const place = places.get(seen.name);
    const ref = place && (build ? place.ref[build] : place.ref.GRCh38);
    const others = [...new Set(seen.alleles.filter((allele) => allele !== ref))];
    const rsid = /^rs\d+$/.test(seen.name) ? seen.name : undefined;
    const components: ObservationComponent[] = [
      geneComponent(gene),
      ...(build ? [{ code: codes.assembly, valueCodeableConcept: answers[build] }] : []),
      ...(place ? [{ code: codes.chromosome, valueCodeableConcept: { text: `chr${place.chromosome}` } }] : []),
      ...(rsid
        ? [
            {
              code: codes.dbSnp,
              valueCodeableConcept: { coding: [{ system: 'http://www.ncbi.nlm.nih.gov/snp', code: rsid }] },
            },
          ]
        : []),
      ...(place && build ? placeComponents(place.pos[build]) : []),
      ...(ref === undefined ? [] : [{ code: codes.refAllele, valueString: ref }]),
      ...others.map((allele) => ({ code: codes.altAllele, valueString: allele })),
      { code: codes.source, valueCodeableConcept: answers.germline },
      { code: codes.allelicState, valueCodeableConcept: stateOf(seen.alleles) },
    ];
    const words = `${gene} ${seen.name}: ${seen.alleles.join('/')}, ${seen.line}`;
    return variantOf(
      seen.id,
      words,
      others.length > 0 ? answers.present : answers.absent,
      components,
      seen.of,
      context,
    );
  });
  return [...variants, restOf(finding, context)];
}

function placeComponents(pos: number): ObservationComponent[] {
  return [
    { code: codes.coordinates, valueCodeableConcept: answers.oneBased },
    { code: codes.exactPlace, valueRange: { low: { value: pos } } },
  ];
}

function stateOf(alleles: readonly string[]) {
  if (alleles.length === 1) return answers.hemizygous;
  return new Set(alleles).size === 1 ? answers.homozygous : answers.heterozygous;
}

export const restId = (finding: Finding) => `variant ${finding.subject} ${finding.site!.code} other positions`;

/** All defined positions that are not named one by one: those that equal the reference, and those nobody called. */
function restOf(finding: Finding, context: ExportContext): Observation {
  const gene = finding.site!.code;
  const usual = (finding.evidence ?? []).find(({ says }) => says?.includes('positions show'));
  const missing = finding.issues.filter(({ code }) => code === 'positions-missing' || code === 'gene-not-covered');
  const words = [
    `${gene}: ${usual?.says ?? 'no further position shows the reference base'}${usual ? ` (${usual.place})` : ''}.`,
    ...missing.map(({ message }) => message),
  ].join(' ');
  const value = usual ? answers.absent : answers.noCall;
  const of = usual?.of ?? finding.derivedFrom[0];
  return variantOf(restId(finding), words, value, [geneComponent(gene)], of, context);
}

function variantOf(
  id: string,
  words: string,
  value: Observation['valueCodeableConcept'],
  component: ObservationComponent[],
  of: string | undefined,
  context: ExportContext,
): Observation {
  return {
    resourceType: 'Observation',
    id: uuidOf(id),
    meta: { ...context.meta, profile: [profile('variant')] },
    text: narrativeOf([...context.labels, words]),
    identifier: [identifierOf(uuidOf(id))],
    status: 'preliminary',
    category: [categoryOf('laboratory')],
    code: codes.variant,
    subject: context.subject,
    ...(value ? { valueCodeableConcept: value } : {}),
    note: [{ text: plainText(words) }],
    device: context.device,
    ...(of === undefined ? {} : { derivedFrom: [referenceTo(of, context.links, ['DocumentReference'])] }),
    component,
  };
}
