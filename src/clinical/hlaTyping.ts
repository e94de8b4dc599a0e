import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';

/** Alleles that a label or guideline asks for before a first dose (carbamazepine, phenytoin, abacavir, allopurinol). */
const alleles = ['HLA-B*15:02', 'HLA-A*31:01', 'HLA-B*57:01', 'HLA-B*58:01'] as const;
type Allele = (typeof alleles)[number];

const positive = new Set(['LA6576-8', 'LA9633-4', 'LA11882-0', '10828004', '260373001', 'POS']);
const negative = new Set(['LA6577-6', 'LA9634-2', 'LA11883-8', '260385009', '260415000', 'NEG']);

/** `HLA-B*15:02`, `HLA-B15:02`, `HLA-B*1502:01` in any of its spellings -> `HLA-B*15:02`. */
function allelesIn(text: string): string[] {
  return [...text.matchAll(/HLA-?\s?([AB])\s?\*?\s?(\d{2}):?(\d{2})/gi)].map(
    ([, gene, group, protein]) => `HLA-${gene!.toUpperCase()}*${group}:${protein}`,
  );
}

/**
 * What one laboratory fact says of one allele. Either the test is named after the allele and its result is positive or
 * negative, or the result is a genotype of the gene: two alleles without this one mean negative, one alone says nothing.
 */
export function readTyping(fact: Fact, allele: Allele): 'positive' | 'negative' | undefined {
  const names = [fact.code, ...(fact.codes ?? [])].flatMap(({ code, display }) => [code, display]);
  const { value } = fact;
  const words = value?.type === 'text' ? value.text : value?.type === 'code' ? value.code.display : '';
  if (names.some((name) => allelesIn(name).includes(allele))) {
    if (value?.type === 'code' && positive.has(value.code.code)) return 'positive';
    if (value?.type === 'code' && negative.has(value.code.code)) return 'negative';
    if (/^\s*(?:negative|absent|not (?:detected|present)|none)\b/i.test(words)) return 'negative';
    if (/^\s*(?:positive|present|detected)\b/i.test(words)) return 'positive';
  }
  const typed = allelesIn(words).filter((one) => one.startsWith(allele.slice(0, 5)));
  if (typed.includes(allele)) return /not|negative|absent/i.test(words) ? undefined : 'positive';
  return typed.length >= 2 ? 'negative' : undefined;
}

function typings(facts: readonly Fact[]): { fact: Fact; allele: Allele; result: 'positive' | 'negative' }[] {
  return facts
    .filter((fact) => fact.type === 'observation' && fact.status === 'completed')
    .flatMap((fact) =>
      alleles.flatMap((allele) => {
        const result = readTyping(fact, allele);
        return result ? [{ fact, allele, result }] : [];
      }),
    );
}

/** HLA alleles typed by a laboratory -> one finding an allele. An allele that nobody typed has no finding: not tested. */
export const hlaTyping: Analysis = {
  id: 'clinical.hla-typing',
  version: '1.0.0',
  title: 'HLA alleles from the record',
  makes: ['hla-allele'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'medications.md',
  select(dossier) {
    const facts = [...new Set(typings(dossier.facts).map(({ fact }) => fact.id))];
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'laboratory typing', inputs: { facts } }], missing: [] };
  },
  async run(inputs, _options, { dossier, emit }) {
    const used = new Set(inputs['facts']);
    const found = typings(dossier.facts.filter((fact) => used.has(fact.id)));
    for (const allele of alleles) {
      const own = found.filter((one) => one.allele === allele);
      if (own.length === 0) continue;
      const results = new Set(own.map((one) => one.result));
      const [result] = results;
      const contradicts = results.size > 1;
      const dates = own
        .map(({ fact }) => fact.at)
        .filter((date) => date !== undefined)
        .sort();
      emit.finding({
        measure: measure('hla-allele', 'HLA allele'),
        site: { system: 'HLA', code: allele, display: allele },
        ...(dates.length > 0 ? { time: dates.at(-1)! } : {}),
        value: contradicts
          ? { type: 'refused', reason: 'typing-contradictory' }
          : { type: 'code', code: { system: 'idiograph', code: result!, display: result! } },
        issues: contradicts
          ? [
              issue('error', 'typing-contradictory', `${allele} is stated as positive and as negative.`, {
                remedy: 'Type again; until then it is not assessed.',
              }),
            ]
          : [],
        derivedFrom: own.map(({ fact }) => fact.id),
        evidence: own.map(({ fact, result: says }) => ({ of: fact.id, place: fact.place, says })),
      });
    }
  },
};
