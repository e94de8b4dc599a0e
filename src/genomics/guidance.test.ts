import { expect, test } from 'vitest';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import { ChangesFile, GuidanceFile, notDetermined, statementsFor, supersededOn } from './guidance.ts';
import { type Phenotype, phenotypes } from './phenotype.ts';

const file = GuidanceFile.parse(loadKnowledge('genomics/guidance.json').data);
const changes = ChangesFile.parse(loadKnowledge('genomics/cpic-changes.json').data);
const drug = (name: string) => file.drugs.find((one) => one.drug === name)!;
const all = Object.keys(phenotypes) as Phenotype[];

test('each knowledge file names its sources', () => {
  for (const name of [
    'guidance',
    'cpic-changes',
    'allele-function',
    'phenotype',
    'definition-cyp2c19',
    'definition-cyp2c9',
    'definition-cyp2d6',
  ]) {
    expect(KnowledgeHeader.safeParse(loadKnowledge(`genomics/${name}.json`).data).success).toBe(true);
  }
});

test('every guideline that a drug names is there, and levels C and D are not', () => {
  for (const one of file.drugs) expect(file.guidelines[one.guideline]?.pmid).toMatch(/^\d{8}$/);
  expect(file.drugs.every(({ level }) => level === 'A' || level === 'B')).toBe(true);
});

test('each phenotype of one gene leads to exactly one statement, and the amitriptyline grid has no hole', () => {
  const amitriptyline = drug('amitriptyline');
  const cyp2d6 = all.filter((one) => !/likely|rapid-metabolizer$/.test(one) || one === 'ultrarapid-metabolizer');
  for (const a of [...cyp2d6.map((phenotype) => ({ phenotype })), notDetermined] as const) {
    for (const b of [...all.map((phenotype) => ({ phenotype })), notDetermined] as const) {
      if (a === notDetermined && b === notDetermined) continue;
      const { applied, without } = statementsFor(amitriptyline, { CYP2D6: [a], CYP2C19: [b] });
      expect([applied.length, without]).toEqual([1, []]);
    }
  }
});

test('not determined never leads to a standard dose', () => {
  for (const one of file.drugs) {
    for (const { when, action } of one.statements) {
      const open = Object.values(when).some((keys) => keys.includes(notDetermined));
      if (open) expect(['label', 'label-then-review']).not.toContain(action);
    }
  }
});

test('no statement tells anybody to stop a drug', () => {
  for (const one of file.drugs)
    for (const { statement } of one.statements) expect(statement).not.toMatch(/\bstop\b|discontinue/i);
});

test('a set gives every statement once, in the order of the table', () => {
  const states = [0, 0.25, 1, 2].map(
    (score) =>
      ({
        score,
        phenotype: score === 0 ? 'poor-metabolizer' : score < 1.25 ? 'intermediate-metabolizer' : 'normal-metabolizer',
      }) as const,
  );
  const { applied } = statementsFor(drug('codeine'), { CYP2D6: states });
  expect(applied.map(({ statement }) => statement.id)).toEqual([
    'codeine.normal',
    'codeine.intermediate',
    'codeine.poor',
  ]);
  expect(applied[1]!.under).toEqual([
    'CYP2D6 Intermediate Metabolizer (score 0.25)',
    'CYP2D6 Intermediate Metabolizer (score 1)',
  ]);
});

test('a newer entry of the change log supersedes a table', () => {
  expect(supersededOn(drug('codeine'), changes)).toBeUndefined();
  const later = { ...changes, recommendation: { ...changes.recommendation, codeine: ['2023-05-10', '2026-03-01'] } };
  expect(supersededOn(drug('codeine'), later)).toBe('2026-03-01');
  const sameMonth = { ...changes, recommendation: { codeine: ['2024-05-20'] } };
  expect(supersededOn(drug('codeine'), sameMonth)).toBeUndefined();
});
