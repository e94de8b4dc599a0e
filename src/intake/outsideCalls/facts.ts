import type { Code } from '../../dossier/code.ts';
import type { Draft } from '../format.ts';
import type { CallingTool, OutsideCall } from './piece.ts';

/** What of a gene a fact states: the same LOINC codes as of the findings. */
export const aspects = {
  diplotype: { system: 'LOINC', code: '84413-4', display: 'Genotype display name' },
  phenotype: { system: 'LOINC', code: '53040-2', display: "Genetic variation's effect on drug metabolism" },
  activityScore: { system: 'idiograph', code: 'activity-score', display: 'Activity score' },
} satisfies Record<string, Code>;

type FactDraft = Draft['facts'][number];

/** One fact for each thing that a call states of its gene. Diplotypes that are equally possible are joined by ` or `. */
export function factsOf(tool: CallingTool, call: OutsideCall): FactDraft[] {
  const gene: Code = { system: 'HGNC', code: call.gene, display: call.gene };
  const fact = (aspect: Code, value: FactDraft['value'], code = gene): FactDraft => ({
    place: call.place,
    type: 'observation',
    code,
    codes: [aspect, { system: 'idiograph', code: 'outside-call', display: `Called by ${tool}` }],
    value,
    status: 'completed',
    isEvent: false,
    issues: call.issues,
  });
  const facts: FactDraft[] = [];
  if (call.diplotypes.length > 0) {
    facts.push(fact(aspects.diplotype, { type: 'text', text: call.diplotypes.join(' or ') }));
  }
  if (call.phenotype !== undefined) facts.push(phenotypeFact(call, fact));
  if (call.activityScore !== undefined) {
    facts.push(fact(aspects.activityScore, { type: 'quantity', value: call.activityScore, unit: '1' }));
  }
  return facts;
}

/** `*57:01 positive` of HLA-B is a test of one allele, as a laboratory reports it; all else is a phenotype of the gene. */
function phenotypeFact(
  { gene, phenotype }: OutsideCall,
  fact: (aspect: Code, value: FactDraft['value'], code?: Code) => FactDraft,
): FactDraft {
  const typed = /^(?:HLA-[AB])?\*?(\d{2,3}:\d{2,3})\s+(positive|negative)$/i.exec(phenotype!);
  if (!gene.startsWith('HLA-') || !typed) return fact(aspects.phenotype, { type: 'text', text: phenotype! });
  const allele = `${gene}*${typed[1]}`;
  const code: Code = { system: 'HLA', code: allele, display: allele };
  return fact(aspects.phenotype, { type: 'text', text: typed[2]!.toLowerCase() }, code);
}
