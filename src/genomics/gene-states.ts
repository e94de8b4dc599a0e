import type { Finding } from '../dossier/finding.ts';
import { statedMembers } from './codes.ts';
import type { GeneState } from './guidance.ts';
import { convertCyp2d6 } from './phenoconversion.ts';
import { bandsOf, type PhenotypeRules, phenotypeOfScore } from './phenotype.ts';

/** Measures of a gene by genotype, and under the drugs taken. */
export const ofGenotype = ['activity-score', 'metabolizer-phenotype'] as const;
export const underDrugs = ['activity-score-adjusted', 'metabolizer-phenotype-adjusted'] as const;

/**
 * What one gene may be, read back from its findings: by score where there are scores, else by phenotype. For an HLA
 * allele (`HLA-B*15:02`) `positive` or `negative`. Empty when nobody determined it.
 */
export function statesOf(
  gene: string,
  findings: readonly Finding[],
  rules: PhenotypeRules,
  [scores, phenotype]: readonly [string, string] = ofGenotype,
): GeneState[] {
  if (gene.startsWith('HLA-')) return alleleStates(gene, findings);
  const of = (measure: string) =>
    statedMembers(findings.find((one) => one.site?.code === gene && one.measure.code === measure)?.value);
  const states = of(scores).map(
    (value): GeneState =>
      value.type === 'quantity'
        ? { score: value.value, phenotype: phenotypeOfScore(value.value, bandsOf(gene, rules)) }
        : { score: null, phenotype: 'indeterminate' },
  );
  if (states.length > 0) return states;
  return of(phenotype).flatMap((value): GeneState[] => (value.type === 'code' ? [{ phenotype: value.code.code }] : []));
}

/** Drug -> `strong` or `moderate`, of a finding on what inhibits or induces an enzyme. */
export function strengthsOf({ evidence = [] }: Finding): Map<string, 'strong' | 'moderate'> {
  return new Map(
    evidence.flatMap(({ place, says }) => {
      const strength = /^(strong|moderate)\b/.exec(says ?? '')?.[1];
      return strength === 'strong' || strength === 'moderate' ? [[place, strength] as const] : [];
    }),
  );
}

/**
 * A gene as the *other* drugs leave it: a drug's own inhibition is in the doses that its guidance starts from, so
 * paroxetine does not make a poor metabolizer of paroxetine. Empty when the others change nothing.
 */
export function statesUnderOthers(
  gene: string,
  drug: string,
  findings: readonly Finding[],
  rules: PhenotypeRules,
): GeneState[] {
  // What is inherited and no enzyme is converted by nothing.
  if (gene.startsWith('HLA-')) return [];
  const converted = statesOf(gene, findings, rules, underDrugs);
  const effects = findings.filter(
    ({ measure, site }) => /^enzyme-(inhibition|induction)$/.test(measure.code) && site?.code === gene,
  );
  const all = effects.flatMap((one) => [...strengthsOf(one)]);
  if (converted.length === 0 || !all.some(([name]) => name === drug)) return converted;
  const others = all.flatMap(([name, strength]) => (name === drug ? [] : [strength]));
  const own = all.find(([name]) => name === drug)![1];
  if (others.includes('strong') || (own === 'moderate' && others.length > 0)) return converted;
  if (others.length === 0 || gene !== 'CYP2D6') return [];
  const scores = statesOf(gene, findings, rules).flatMap(({ score }) => score ?? []);
  return convertCyp2d6(scores, others, rules.scoreBandsCYP2D6).scores.map((score) => ({
    score,
    phenotype: phenotypeOfScore(score, rules.scoreBandsCYP2D6),
  }));
}

/** A typed allele; or both alleles of the gene, called outside: without this one it is negative. */
function alleleStates(allele: string, findings: readonly Finding[]): GeneState[] {
  const typed = findings.find(({ measure, site }) => measure.code === 'hla-allele' && site?.code === allele);
  if (typed) return typed.value.type === 'code' ? [{ phenotype: typed.value.code.code }] : [];
  const [gene, name] = [allele.slice(0, 5), allele.slice(5)];
  const called = findings.find(({ measure, site }) => measure.code === 'diplotype' && site?.code === gene);
  return statedMembers(called?.value).flatMap((value): GeneState[] => {
    const alleles = value.type === 'code' ? value.code.code.split('/') : [];
    if (alleles.length !== 2) return [];
    const carries = alleles.some((one) => one === name || one.startsWith(`${name}:`));
    return [{ phenotype: carries ? 'positive' : 'negative' }];
  });
}

/** The findings that a gene, or an HLA allele, was read from. */
export function findingsOf(gene: string, findings: readonly Finding[], measures: readonly string[]): Finding[] {
  if (!gene.startsWith('HLA-'))
    return findings.filter(({ site, measure }) => site?.code === gene && measures.includes(measure.code));
  const typed = findings.filter(({ measure, site }) => measure.code === 'hla-allele' && site?.code === gene);
  if (typed.length > 0) return typed;
  return findings.filter(({ measure, site }) => measure.code === 'diplotype' && site?.code === gene.slice(0, 5));
}
