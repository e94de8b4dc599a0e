import type { CodeableConcept, Observation, ObservationComponent, Reference } from '@medplum/fhirtypes';
import type { Finding } from '../dossier/finding.ts';
import { members } from '../dossier/words.ts';
import type { ExportContext } from './context.ts';
import { conceptOf, narrativeOf, plainText, quantityOf } from './datatypes.ts';
import { alleleConcept, codes, geneComponent, phenotypeConcept, profile } from './genomicsCodes.ts';
import { restId, seenVariants } from './genomicsVariants.ts';
import { identifierOf, urnOf, uuidOf } from './identifiers.ts';
import { categoryOf } from './observation.ts';

/** What is known of one gene. */
export interface GeneFindings {
  gene: string;
  diplotype: Finding;
  score: Finding | undefined;
  phenotype: Finding | undefined;
}

const own = (code: string, display: string) => conceptOf({ system: 'idiograph', code, display });
const haplotypeId = (finding: Finding, allele: string) =>
  `haplotype ${finding.subject} ${finding.site!.code} ${allele}`;
export const phenotypeId = (finding: Finding) => `phenotype ${finding.subject} ${finding.site!.code}`;

/** References from a genotype or haplotype to the variants that it was read from. */
function variantReferences(finding: Finding): Reference<Observation>[] {
  return [...seenVariants(finding).map(({ id }) => id), restId(finding)].map((id) => ({ reference: urnOf(id) }));
}

/** Facts behind a call, such as an outside call: they stay in the record they came from and are named by identifier. */
function statedElsewhere({ derivedFrom }: Finding): Reference<Observation>[] {
  return derivedFrom.filter((id) => id.startsWith('fact-')).map((id) => ({ identifier: identifierOf(id) }));
}

/** Both alleles of a pair that is settled; none where several pairs are possible. */
function settledAlleles(finding: Finding): string[] {
  const [only, ...more] = members(finding);
  if (only?.code === undefined || more.length > 0) return [];
  return [...new Set(only.code.split('/'))];
}

/** One haplotype Observation for each allele of a settled pair. */
export function haplotypeObservations({ gene, diplotype }: GeneFindings, context: ExportContext): Observation[] {
  return settledAlleles(diplotype).map((allele) => ({
    ...base(haplotypeId(diplotype, allele), 'haplotype', `${gene} ${allele}`, context),
    code: codes.haplotype,
    valueCodeableConcept: alleleConcept(gene, allele),
    derivedFrom: variantReferences(diplotype),
    component: [geneComponent(gene)],
  }));
}

/**
 * The genotype of a gene. A settled pair is a coded value. Several possible pairs are a value of words only, and a
 * component each, so that no reader can take one of them for the answer; the same holds for activity scores.
 */
export function genotypeObservation(of: GeneFindings, context: ExportContext): Observation {
  const { gene, diplotype, score } = of;
  const pairs = members(diplotype);
  const settled = settledAlleles(diplotype);
  const words = pairs.length > 0 ? pairs.map(({ display }) => display).join(' or ') : `${gene}: no call`;
  const caution = [...diplotype.issues, ...(score?.issues ?? [])].map(
    ({ severity, code, message }) => `${severity}, ${code}: ${message}`,
  );
  const component: ObservationComponent[] = [
    geneComponent(gene),
    ...(pairs.length > 1
      ? pairs.map(({ code = '' }, index) => ({
          code: own('possible-genotype', `Possible genotype ${index + 1} of ${pairs.length}`),
          valueCodeableConcept: alleleConcept(gene, code),
        }))
      : []),
    ...scoreComponents(score),
  ];
  const snvOnly = diplotype.issues.some(({ code }) => code === 'cyp2d6-snv-only');
  const refused = diplotype.value.type === 'refused' ? diplotype.value.reason : undefined;
  const derived = settled.map((allele) => ({ reference: urnOf(haplotypeId(diplotype, allele)) }));
  return {
    ...base(diplotype.id, 'genotype', words, context),
    identifier: [identifierOf(diplotype.id)],
    code: codes.genotype,
    ...(pairs.length === 1
      ? { valueCodeableConcept: labelled(alleleConcept(gene, pairs[0]!.code ?? ''), snvOnly) }
      : {}),
    ...(pairs.length > 1 ? { valueCodeableConcept: { text: `not settled: ${words}` } } : {}),
    ...(refused ? { dataAbsentReason: absent(refused, diplotype) } : {}),
    ...(caution.length > 0 ? { note: [...new Set(caution)].map((text) => ({ text: plainText(text) })) } : {}),
    method: { text: plainText(diplotype.method) },
    derivedFrom: [...(derived.length > 0 ? derived : variantReferences(diplotype)), ...statedElsewhere(diplotype)],
    component,
  };
}

/** Deletions, copies and hybrids change what the name means: whoever shows it shows that they were not looked for. */
function labelled(concept: CodeableConcept, snvOnly: boolean): CodeableConcept {
  return snvOnly ? { ...concept, text: `${concept.text} (small variants only: copy number not known)` } : concept;
}

function scoreComponents(score: Finding | undefined): ObservationComponent[] {
  const possible = score ? members(score) : [];
  return possible.map(({ number, display }, index) => {
    const code = own('activity-score', `Activity score, possible value ${index + 1} of ${possible.length}`);
    return number === undefined
      ? { code, valueCodeableConcept: { text: display } }
      : { code, valueQuantity: quantityOf(number, '1') };
  });
}

/** What the genotype means for drugs that the gene breaks down: an implication without a drug. */
export function phenotypeObservation(
  { gene, diplotype, phenotype }: GeneFindings,
  context: ExportContext,
): Observation | undefined {
  const possible = phenotype && phenotype.value.type !== 'refused' ? members(phenotype) : [];
  if (possible.length === 0) return undefined;
  const words = `${gene}: ${possible.map(({ display }) => display).join(' or ')}`;
  return {
    ...base(phenotypeId(diplotype), 'therapeutic-implication', words, context),
    identifier: [identifierOf(phenotype!.id)],
    code: codes.implication,
    derivedFrom: [{ reference: urnOf(diplotype.id) }],
    component: possible.map(({ code = '', display }) => ({
      code: codes.predicted,
      valueCodeableConcept: phenotypeConcept({ system: 'idiograph', code, display }),
    })),
  };
}

/** What every genomic Observation of ours has in common. `preliminary`: computed, signed by nobody. */
export function base(id: string, kind: string, words: string, context: ExportContext) {
  return {
    resourceType: 'Observation' as const,
    id: uuidOf(id),
    meta: { ...context.meta, profile: [profile(kind)] },
    text: narrativeOf([...context.labels, words]),
    identifier: [identifierOf(uuidOf(id))],
    status: 'preliminary' as const,
    category: [categoryOf('laboratory')],
    subject: context.subject,
    device: context.device,
  };
}

function absent(reason: string, finding: Finding) {
  return {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'error' },
      { system: 'urn:idiograph:issue', code: reason },
    ],
    text: plainText(finding.issues.find(({ code }) => code === reason)?.message ?? reason),
  };
}
