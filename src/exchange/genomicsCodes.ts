/** Codes of HL7 Genomics Reporting STU3 (3.0.0, https://hl7.org/fhir/uv/genomics-reporting/STU3/). */
import type { CodeableConcept, Coding, ObservationComponent } from '@medplum/fhirtypes';
import type { Code } from '../dossier/code.ts';
import { hgncId } from '../dossier/hgnc.ts';
import { conceptOf } from './datatypes.ts';

const guide = 'http://hl7.org/fhir/uv/genomics-reporting';
/** Address of one profile or extension of the guide. */
export const profile = (id: string) => `${guide}/StructureDefinition/${id}`;

export const loincSystem = 'http://loinc.org';
const ownCodes = `${guide}/CodeSystem/tbd-codes-cs`;
const pharmVar = 'http://www.pharmvar.org';
const geneIds = 'http://www.genenames.org/geneId';

const loinc = (code: string, display: string): CodeableConcept => ({
  coding: [{ system: loincSystem, code, display }],
});
const guideCode = (code: string, display: string): CodeableConcept => ({
  coding: [{ system: ownCodes, code, display }],
});

export const codes = {
  report: loinc('51969-4', 'Genetic analysis report'),
  genotype: loinc('84413-4', 'Genotype display name'),
  haplotype: loinc('84414-2', 'Haplotype name'),
  variant: loinc('69548-6', 'Genetic variant assessment'),
  implication: guideCode('therapeutic-implication', 'Therapeutic Implication'),
  geneStudied: loinc('48018-6', 'Gene studied [ID]'),
  assembly: loinc('62374-4', 'Human reference sequence assembly version'),
  chromosome: loinc('48000-4', 'Chromosome'),
  dbSnp: loinc('81255-2', 'dbSNP [ID]'),
  refAllele: loinc('69547-8', 'Genomic ref allele [ID]'),
  altAllele: loinc('69551-0', 'Genomic alt allele [ID]'),
  allelicState: loinc('53034-5', 'Allelic state'),
  coordinates: loinc('92822-6', 'Genomic coord system'),
  exactPlace: guideCode('exact-start-end', 'Variant exact start and end'),
  source: loinc('48002-0', 'Genomic source class'),
  medication: loinc('51963-7', 'Medication assessed'),
  evidence: loinc('93044-6', 'Level of evidence'),
  predicted: guideCode('predicted-therapeutic-implication', 'Predicted Therapeutic Implication'),
  conclusion: guideCode('conclusion-string', 'Conclusion String'),
};

export const answers = {
  present: loinc('LA9633-4', 'Present'),
  absent: loinc('LA9634-2', 'Absent'),
  noCall: loinc('LA18198-4', 'No call'),
  germline: loinc('LA6683-2', 'Germline'),
  heterozygous: loinc('LA6706-1', 'Heterozygous'),
  homozygous: loinc('LA6705-3', 'Homozygous'),
  hemizygous: loinc('LA6707-9', 'Hemizygous'),
  GRCh37: loinc('LA14029-5', 'GRCh37'),
  GRCh38: loinc('LA26806-2', 'GRCh38'),
  oneBased: loinc('LA30102-0', '1-based character counting'),
  alternative: loinc('LA26421-0', 'Consider alternative medication'),
};

/** LOINC answers of list LL3856-3; phenotypes that it lacks ("likely ...") stay our own words. */
const metabolizers: Record<string, Coding> = {
  'ultrarapid-metabolizer': { system: loincSystem, code: 'LA10315-2', display: 'Ultrarapid metabolizer' },
  'rapid-metabolizer': { system: loincSystem, code: 'LA25390-8', display: 'Rapid metabolizer' },
  'normal-metabolizer': { system: loincSystem, code: 'LA25391-6', display: 'Normal metabolizer' },
  'intermediate-metabolizer': { system: loincSystem, code: 'LA10317-8', display: 'Intermediate metabolizer' },
  'poor-metabolizer': { system: loincSystem, code: 'LA9657-3', display: 'Poor metabolizer' },
};

export function phenotypeConcept(code: Code): CodeableConcept {
  const { coding = [], text } = conceptOf(code);
  const standard = metabolizers[code.code];
  return { coding: standard ? [standard, ...coding] : coding, text: text ?? code.display };
}

export function geneComponent(gene: string): ObservationComponent {
  const id = hgncId(gene);
  const concept =
    id === undefined ? { text: gene } : { coding: [{ system: geneIds, code: `HGNC:${id}`, display: gene }] };
  return { code: codes.geneStudied, valueCodeableConcept: concept };
}

const inPharmVar = /^(CYP\w+|DPYD|NAT2|NUDT15|SLCO1B1)$/;

/** A named allele or pair. PharmVar's codes are the names themselves; no text of PharmVar is taken over. */
export function alleleConcept(gene: string, name: string): CodeableConcept {
  const system = inPharmVar.test(gene) && name.startsWith('*') ? pharmVar : 'urn:idiograph:named-allele';
  const code = name.startsWith('*') ? `${gene}${name}` : name.trim().replace(/\s+/g, ' ');
  return { coding: [{ system, code, display: `${gene} ${name}` }], text: `${gene} ${name}` };
}
