import type { CodeableConcept, Observation, ObservationComponent, Task } from '@medplum/fhirtypes';
import type { Finding } from '../dossier/finding.ts';
import { members } from '../dossier/words.ts';
import type { ExportContext } from './context.ts';
import { codingOf, narrativeOf, plainText } from './datatypes.ts';
import { base, type GeneFindings } from './genomicsAlleles.ts';
import { answers, codes, phenotypeConcept, profile } from './genomicsCodes.ts';
import { identifierOf, urnOf, uuidOf } from './identifiers.ts';

/** What of the guidance table an implication says beside its words. */
export interface KnownStatement {
  action: string;
  strengths: readonly string[];
  statement: string;
  source: string;
}

/** What a person reading the drug needs beside the findings. */
export interface DrugContext {
  genes: ReadonlyMap<string, GeneFindings>;
  statements: ReadonlyMap<string, KnownStatement>;
  /** RxNorm id of a drug by its name. */
  rxnorm: ReadonlyMap<string, string>;
  /** Drugs on the medication list, with the finding that says so. */
  taken: ReadonlyMap<string, Finding>;
}

function drugConcept(drug: string, { rxnorm }: DrugContext): CodeableConcept {
  const id = rxnorm.get(drug);
  return { ...(id ? { coding: [codingOf({ system: 'RxNorm', code: id, display: drug })] } : {}), text: drug };
}

/** One therapeutic implication a drug: every statement that the genotype leaves open, with body, strength and source. */
export function implicationOf(finding: Finding, drugs: DrugContext, context: ExportContext): Observation | undefined {
  const drug = finding.site!.code;
  const genes = genotypesBehind(finding, drugs);
  if (finding.value.type === 'refused' || genes.length === 0) return undefined;
  const component: ObservationComponent[] = [
    { code: codes.medication, valueCodeableConcept: drugConcept(drug, drugs) },
  ];
  for (const { phenotype } of genes) {
    for (const { code = '', display } of phenotype ? members(phenotype) : []) {
      const concept = phenotypeConcept({ system: 'idiograph', code, display });
      const text = `${phenotype!.site!.code}: ${display}`;
      component.push({ code: codes.predicted, valueCodeableConcept: { ...concept, text } });
    }
  }
  for (const { code = '', display } of members(finding)) {
    const known = drugs.statements.get(code);
    component.push({ code: codes.conclusion, valueString: plainText(known?.statement ?? display) });
    if (known) {
      const text = plainText(`${known.strengths.join('; ')} (${known.source})`);
      component.push({ code: codes.evidence, valueCodeableConcept: { text } });
    }
  }
  const words = `${drug}: ${members(finding)
    .map(({ display }) => display)
    .join(' or ')}`;
  const notes = finding.issues.map(({ severity, code, message }) => `${severity}, ${code}: ${message}`);
  return {
    ...base(finding.id, 'therapeutic-implication', words, context),
    identifier: [identifierOf(finding.id)],
    code: codes.implication,
    ...(notes.length > 0 ? { note: notes.map((text) => ({ text: plainText(text) })) } : {}),
    method: { text: plainText(finding.method) },
    derivedFrom: genes.map(({ diplotype }) => ({ reference: urnOf(diplotype.id) })),
    component,
  };
}

/** The genes whose findings the statement was read from. */
function genotypesBehind({ derivedFrom }: Finding, { genes }: DrugContext): GeneFindings[] {
  const from = new Set(derivedFrom);
  return [...genes.values()].filter(({ diplotype, score, phenotype }) =>
    [diplotype, score, phenotype].some((one) => one !== undefined && from.has(one.id)),
  );
}

const asLabelled = new Set(['label', 'none']);

/**
 * A medication recommendation for a drug that the person takes, where any possible statement asks for more than the
 * label. The guide fixes `requested` and `proposal`; the text says that nobody has signed it.
 */
export function recommendationOf(finding: Finding, drugs: DrugContext, context: ExportContext): Task | undefined {
  const drug = finding.site!.code;
  const said = members(finding).flatMap(({ code }) => drugs.statements.get(code ?? '') ?? []);
  if (!drugs.taken.has(drug) || said.every(({ action }) => asLabelled.has(action))) return undefined;
  const alternative = said.every(({ action }) => action === 'avoid' || action === 'alternative');
  const words = plainText(
    `For review, signed by nobody: ${drug}. ${said.map(({ statement, strengths, source }) => `${statement} [${strengths.join('; ')}; ${source}]`).join(' Or: ')} Do not stop a drug for this reason alone.`,
  );
  const id = `recommendation ${finding.id}`;
  return {
    resourceType: 'Task',
    id: uuidOf(id),
    meta: { ...context.meta, profile: [profile('medication-recommendation')] },
    text: narrativeOf([...context.labels, words]),
    identifier: [identifierOf(finding.id)],
    status: 'requested',
    intent: 'proposal',
    code: alternative ? { ...answers.alternative, text: `Review ${drug}` } : { text: `Review ${drug}` },
    description: words,
    ...(context.isPatient ? { for: { reference: context.subject.reference! } } : {}),
    requester: context.device,
    reasonReference: { reference: urnOf(finding.id) },
  };
}
