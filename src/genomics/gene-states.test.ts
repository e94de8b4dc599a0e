import { expect, test } from 'vitest';
import { type Finding, type FindingDraft, findingFromDraft } from '../dossier/finding.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { statesOf, statesUnderOthers } from './gene-states.ts';
import { PhenotypeRules } from './phenotype.ts';

const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);
const finding = (measure: string, site: string, more: Pick<FindingDraft, 'value'> & Partial<FindingDraft>): Finding =>
  findingFromDraft(
    {
      measure: { system: 'idiograph', code: measure, display: measure },
      issues: [],
      derivedFrom: [],
      ...more,
      site: { system: 'HGNC', code: site, display: site },
    },
    { id: 'run', subject: 's', method: 'test' },
  );
const score = (measure: string, value: number) =>
  finding(measure, 'CYP2D6', { value: { type: 'quantity', value, unit: '1' } });
const coded = (code: string) => ({ type: 'code' as const, code: { system: 't', code, display: code } });
const inhibition = (drugs: Record<string, string>) =>
  finding('enzyme-inhibition', 'CYP2D6', {
    value: coded('strong'),
    evidence: Object.entries(drugs).map(([place, strength]) => ({ of: 'f', place, says: `${strength} inhibitor; x` })),
  });

test('a drug is not converted by its own inhibition, but by that of others', () => {
  const base = [score('activity-score', 2), score('activity-score-adjusted', 0)];
  const of = (drug: string, drugs: Record<string, string>) =>
    statesUnderOthers('CYP2D6', drug, [...base, inhibition(drugs)], rules).map((one) => one.score);
  expect(of('paroxetine', { paroxetine: 'strong' })).toEqual([]);
  expect(of('codeine', { paroxetine: 'strong' })).toEqual([0]);
  expect(of('paroxetine', { paroxetine: 'strong', bupropion: 'strong' })).toEqual([0]);
  expect(of('paroxetine', { paroxetine: 'strong', duloxetine: 'moderate' })).toEqual([1]);
  expect(of('paroxetine', { paroxetine: 'strong', sertraline: 'weak' })).toEqual([]);
});

test('an HLA allele is read from its typing, else from both alleles of the gene; one alone says nothing', () => {
  const typed = finding('hla-allele', 'HLA-B*15:02', { value: coded('positive') });
  const called = (name: string) => finding('diplotype', 'HLA-B', { value: coded(name) });
  const of = (allele: string, findings: Finding[]) => statesOf(allele, findings, rules).map((one) => one.phenotype);
  expect(of('HLA-B*15:02', [typed, called('*07:02/*08:01')])).toEqual(['positive']);
  expect(of('HLA-B*57:01', [called('*57:01:01/*08:01')])).toEqual(['positive']);
  expect(of('HLA-B*57:01', [called('*07:02/*08:01')])).toEqual(['negative']);
  expect(of('HLA-B*57:01', [called('*07:02')])).toEqual([]);
  expect(of('HLA-B*58:01', [])).toEqual([]);
});
