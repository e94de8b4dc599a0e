import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { aspects } from '../intake/outsideCalls/facts.ts';
import {
  type AlleleFunctions,
  bandsOf,
  distinctStandings,
  functionOf,
  hasActivityScore,
  hasPhenotype,
  type Phenotype,
  type PhenotypeRules,
  phenotypeOfFunctions,
  phenotypeOfScore,
  phenotypes,
  type Standing,
} from './phenotype.ts';

/** All that outside calls state of one gene, over all files. */
export interface OutsideGene {
  gene: string;
  facts: readonly Fact[];
  /** Programs, for people. */
  tools: readonly string[];
  /** Diplotypes or single alleles, in one order of alleles; several where the program or several files leave it open. */
  diplotypes: readonly string[];
  /** Phenotypes as stated. */
  phenotypes: readonly string[];
  scores: readonly number[];
  issues: readonly Issue[];
}

const isOutside = (fact: Fact) =>
  fact.code.system === 'HGNC' && (fact.codes ?? []).some(({ code }) => code === 'outside-call');

/** Facts that files of outside calls gave, one entry a gene, by its symbol. */
export function outsideGenes(facts: readonly Fact[]): Map<string, OutsideGene> {
  const byGene = Map.groupBy(facts.filter(isOutside), ({ code }) => code.code);
  return new Map([...byGene].sort(([a], [b]) => (a < b ? -1 : 1)).map(([gene, own]) => [gene, outsideGene(gene, own)]));
}

function outsideGene(gene: string, facts: readonly Fact[]): OutsideGene {
  const of = (aspect: string) => facts.filter(({ codes = [] }) => codes[0]?.code === aspect);
  const texts = (aspect: string) => of(aspect).flatMap(({ value }) => (value?.type === 'text' ? [value.text] : []));
  const calls = texts(aspects.diplotype.code).map((text) => text.split(' or ').map((one) => inOrder(gene, one)));
  const diplotypes = [...new Set(calls.flat())];
  const issues = facts.flatMap((fact) => fact.issues);
  if (calls.length > 1 && calls.some((call) => !call.some((one) => calls[0]!.includes(one)))) {
    const message = `Outside calls of ${gene} disagree: ${diplotypes.join(', ')}. All of them stay possible.`;
    const remedy = 'Keep the file that holds and take the others out.';
    issues.push(issue('error', 'outside-calls-disagree', message, { remedy }));
  }
  return {
    gene,
    facts,
    tools: [...new Set(facts.flatMap(({ codes = [] }) => codes[1]?.display.replace(/^Called by /, '') ?? []))],
    diplotypes,
    phenotypes: [...new Set(texts(aspects.phenotype.code))],
    scores: [
      ...new Set(
        of(aspects.activityScore.code).flatMap(({ value }) => (value?.type === 'quantity' ? [value.value] : [])),
      ),
    ],
    issues: [...new Map(issues.map((one) => [`${one.code}|${one.message}`, one])).values()],
  };
}

/** `*2/*1` -> `*1/*2`: the order of chromosomes says nothing. HLA alleles without their gene: `*15:02/*57:01`. */
export function inOrder(gene: string, diplotype: string): string {
  const alleles = diplotype.split('/').map((one) => one.trim().replace(gene, ''));
  return alleles.sort((a, b) => starNumber(a) - starNumber(b) || (a < b ? -1 : 1)).join('/');
}

const starNumber = (allele: string) => Number(/\*(\d+)/.exec(allele)?.[1] ?? 0);

/** Words that programs and reports use for CPIC's. */
const synonyms: Record<string, string> = {
  pm: 'poor metabolizer',
  im: 'intermediate metabolizer',
  nm: 'normal metabolizer',
  em: 'normal metabolizer',
  'extensive metabolizer': 'normal metabolizer',
  rm: 'rapid metabolizer',
  um: 'ultrarapid metabolizer',
  'ultra-rapid metabolizer': 'ultrarapid metabolizer',
};

/** A stated phenotype as one of ours, whatever its case and spelling; undefined for words that are none. */
export function phenotypeNamed(gene: string, words: string): Phenotype | undefined {
  const plain = words
    .toLowerCase()
    .replace(gene.toLowerCase(), '')
    .replaceAll('metaboliser', 'metabolizer')
    .replace(/\s*\([a-z]{2}\)/, '')
    .replace(/metabolizers\b/, 'metabolizer')
    .trim();
  const known = synonyms[plain] ?? plain;
  return (Object.keys(phenotypes) as Phenotype[]).find((code) => phenotypes[code].toLowerCase() === known);
}

/**
 * What the outside calls of a gene mean. As in PharmCAT a stated score outweighs a stated phenotype, and that the
 * diplotype; where they do not fit together it is said. Empty standings: the gene has none, or nothing can be read.
 */
export function standingsOutside(
  outside: OutsideGene,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
): { standings: Standing[]; issues: Issue[] } {
  const { gene, scores } = outside;
  if (!hasPhenotype(gene, rules)) return { standings: [], issues: [] };
  const issues: Issue[] = [];
  const unknown = new Set<string>();
  const derived = distinctStandings(
    outside.diplotypes.flatMap((one) => standingsOfDiplotype(gene, one, functions, rules, unknown)),
  );
  if (unknown.size > 0) {
    const message = `No function is assigned to ${[...unknown].map((allele) => gene + allele).join(', ')}.`;
    issues.push(issue('warning', 'outside-allele-unknown', message, { remedy: 'Check the spelling of the alleles.' }));
  }
  const named = outside.phenotypes.flatMap((words) => phenotypeNamed(gene, words) ?? []);
  for (const words of outside.phenotypes) {
    if (phenotypeNamed(gene, words) !== undefined) continue;
    const message = `"${words.slice(0, 80)}" is no phenotype of ${gene} in CPIC's terms and was not used.`;
    issues.push(issue('warning', 'outside-phenotype-unknown', message, { remedy: 'Write it in the words of CPIC.' }));
  }
  const differ = (what: string) => {
    const message = `The ${what} stated for ${gene} does not follow from its diplotype; the ${what} was used.`;
    issues.push(issue('warning', 'outside-call-inconsistent', message, { remedy: 'Ask where each of them is from.' }));
  };
  if (hasActivityScore(gene) && scores.length > 0) {
    if (derived.length > 0 && !scores.some((score) => derived.some((one) => one.score === score))) {
      differ('activity score');
    }
    const standings = scores.map((score) => ({ score, phenotype: phenotypeOfScore(score, bandsOf(gene, rules)) }));
    return { standings: distinctStandings(standings), issues };
  }
  if (named.length > 0) {
    const fitting = derived.filter(({ phenotype }) => named.includes(phenotype));
    if (fitting.length > 0) return { standings: fitting, issues };
    if (derived.length > 0) differ('phenotype');
    return { standings: [...new Set(named)].map((phenotype) => ({ phenotype })), issues };
  }
  return { standings: derived, issues };
}

function standingsOfDiplotype(
  gene: string,
  diplotype: string,
  functions: AlleleFunctions,
  rules: PhenotypeRules,
  unknown: Set<string>,
): Standing[] {
  const haplotypes = diplotype.split('/');
  if (hasActivityScore(gene)) {
    return scoresOf(gene as 'CYP2C9' | 'CYP2D6' | 'DPYD', haplotypes, functions, unknown).map((score) => ({
      score,
      phenotype: score === null ? 'indeterminate' : phenotypeOfScore(score, bandsOf(gene, rules)),
    }));
  }
  const table = (functions as Record<string, unknown>)[gene] as Record<string, string> | undefined;
  for (const allele of haplotypes) if (table?.[allele] === undefined) unknown.add(allele);
  const words = haplotypes.map((allele) => functionOf(gene, allele, functions));
  return [{ phenotype: phenotypeOfFunctions(gene, words, rules) }];
}

/** Sum over all copies: `*36x2+*10` is 2 x 0 + 0.25. `xN` leaves two and three copies open; an unknown allele gives null. */
function scoresOf(
  gene: 'CYP2C9' | 'CYP2D6' | 'DPYD',
  haplotypes: readonly string[],
  functions: AlleleFunctions,
  unknown: Set<string>,
): (number | null)[] {
  // `c.1905+1G>A` of DPYD is one allele; combinations are written with spaces there.
  const plus = gene === 'CYP2D6' ? '+' : ' + ';
  let totals: (number | null)[] = [0];
  for (const part of haplotypes.flatMap((one) => one.replace(/^\[|\]$/g, '').split(plus))) {
    const [, name, copies] = /^(.*?)(?:[x×]\s*(\d+|N)|≥\s*(\d+))?$/i.exec(part.trim())!;
    const atLeast = /≥\s*(\d+)$/.exec(part)?.[1];
    const value = functions[gene][name!.trim()] ?? null;
    if (functions[gene][name!.trim()] === undefined) unknown.add(name!.trim());
    const counts = copies === undefined ? [Number(atLeast ?? 1)] : /n/i.test(copies) ? [2, 3] : [Number(copies)];
    totals = totals.flatMap((total) =>
      counts.map((count) => (total === null || value === null ? null : total + value * count)),
    );
  }
  return [...new Set(totals)];
}
