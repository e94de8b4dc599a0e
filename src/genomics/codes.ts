import { type Code, measure } from '../dossier/code.ts';
import type { Value } from '../dossier/finding.ts';
import { type Phenotype, phenotypes, type Standing } from './phenotype.ts';

export const measures = {
  diplotype: measure('diplotype', 'Diplotype'),
  activityScore: measure('activity-score', 'Activity score'),
  phenotype: measure('metabolizer-phenotype', 'Metabolizer phenotype'),
  drugGuidance: measure('drug-guidance', 'Drug guidance'),
};

/** What the phenotype of a gene is a phenotype of, for people; the code is one for all. */
const phenotypeDisplay: Record<string, string> = {
  ABCG2: 'Transporter function',
  SLCO1B1: 'Transporter function',
  G6PD: 'Enzyme deficiency',
  CACNA1S: 'Malignant hyperthermia susceptibility',
  RYR1: 'Malignant hyperthermia susceptibility',
  CFTR: 'Response to ivacaftor',
  VKORC1: 'Coumarin sensitivity genotype',
};

/** The measure of a gene's phenotype; a LOINC name where it is about breaking drugs down. */
export function phenotypeMeasure(gene: string): { measure: Code; codes?: Code[] } {
  const display = phenotypeDisplay[gene];
  return display === undefined
    ? { measure: measures.phenotype, codes: [loinc.phenotype] }
    : { measure: { ...measures.phenotype, display } };
}

/** LOINC names of the same measures (HL7 Genomics Reporting). */
export const loinc: Record<'diplotype' | 'phenotype', Code> = {
  diplotype: { system: 'LOINC', code: '84413-4', display: 'Genotype display name' },
  phenotype: { system: 'LOINC', code: '53040-2', display: "Genetic variation's effect on drug metabolism" },
};

export function geneCode(gene: string): Code {
  return { system: 'HGNC', code: gene, display: gene };
}

function phenotypeCode(phenotype: Phenotype): Code {
  return { system: 'idiograph', code: phenotype, display: phenotypes[phenotype] };
}

const scoreNotAssigned: Code = {
  system: 'idiograph',
  code: 'not-assigned',
  display: 'No activity value assigned',
};

export type Member = { value: Extract<Value, { type: 'quantity' | 'code' }>; weight?: number };

/** One member stays one value; several become a set that says why. */
export function oneOrSet(members: readonly Member[], reason: string): Value {
  return members.length === 1 ? members[0]!.value : { type: 'set', members: [...members], reason };
}

/** The plain values that a finding holds: one, those of a set, or none when it was refused. */
export function statedMembers(value: Value | undefined): Member['value'][] {
  if (value?.type === 'set') return value.members.map((member) => member.value);
  return value?.type === 'quantity' || value?.type === 'code' ? [value] : [];
}

export function phenotypeMembers(standings: readonly Standing[]): Member[] {
  const order = Object.keys(phenotypes);
  const distinct = [...new Set(standings.map(({ phenotype }) => phenotype))];
  distinct.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return distinct.map((phenotype) => ({ value: { type: 'code', code: phenotypeCode(phenotype) } }));
}

export function scoreMembers(standings: readonly Standing[]): Member[] {
  const distinct = [...new Set(standings.map(({ score }) => score ?? null))];
  const numbers = distinct.filter((score) => score !== null).sort((a, b) => a - b);
  const members: Member[] = numbers.map((value) => ({ value: { type: 'quantity', value, unit: '1' } }));
  if (distinct.includes(null)) members.push({ value: { type: 'code', code: scoreNotAssigned } });
  return members;
}
