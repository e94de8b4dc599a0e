import { expect, test } from 'vitest';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import { ChangesFile, type DrugGuidance, notDetermined, statementOf, statementsFor, supersededOn } from './guidance.ts';
import { guidancePaths, knownStatements, readGuidance } from './guidance-files.ts';
import { sentence } from './guidance-words.ts';
import { metabolizerPhenotypes, PhenotypeRules } from './phenotype.ts';

const { entries, files } = readGuidance((path) => loadKnowledge(path).data);
const changes = ChangesFile.parse(loadKnowledge('genomics/cpic-changes.json').data);
const drug = (name: string, body = 'CPIC') =>
  entries.find((one) => one.drug.drug === name && one.file.guideline.body === body)!.drug;
const cpic = entries.filter(({ file }) => file.guideline.body === 'CPIC');
const all = Object.keys(metabolizerPhenotypes);
const ids = (of: DrugGuidance, states: Parameters<typeof statementsFor>[1]) =>
  statementsFor(of, states).applied.map(({ statement }) => statement.id);

test('each knowledge file names its sources', () => {
  for (const path of [...guidancePaths, 'genomics/cpic-changes.json']) {
    expect(KnowledgeHeader.safeParse(loadKnowledge(path).data).success, path).toBe(true);
  }
});

test('all 78 drugs of the tables are there, each with a PMID and level A or B', () => {
  expect(cpic).toHaveLength(78);
  for (const { drug: one, file } of cpic) {
    expect(file.guideline.reference, one.drug).toMatch(/^PMID \d{8}$/);
    expect(one.level, one.drug).toMatch(/^[AB]$/);
  }
});

test('what CPIC has no table for is named', () => {
  const named = files.flatMap(({ notCovered }) => notCovered.map((one) => one.drug));
  expect(named).toEqual(expect.arrayContaining(['warfarin', 'metoprolol', 'hydralazine']));
});

test('each phenotype of one gene leads to one statement, and the amitriptyline grid has no hole', () => {
  const cyp2d6 = all.filter((one) => !/likely|^rapid/.test(one)).map((phenotype) => ({ phenotype }));
  for (const a of [...cyp2d6, { phenotype: notDetermined }]) {
    for (const b of [...all, notDetermined].map((phenotype) => ({ phenotype }))) {
      if (a.phenotype === notDetermined && b.phenotype === notDetermined) continue;
      const { applied, without } = statementsFor(drug('amitriptyline'), { CYP2D6: [a], CYP2C19: [b] });
      expect([applied.length, without], `${a.phenotype} ${b.phenotype}`).toEqual([1, []]);
    }
  }
});

test('every score between the listed ones has exactly one statement: halving makes 0.125 and 1.125', () => {
  const scored = ['CYP2D6', 'CYP2C9', 'DPYD'];
  for (const { drug: one } of entries.filter(
    ({ drug: { genes } }) => genes.length === 1 && scored.includes(genes[0]!),
  )) {
    for (let score = 0; score <= 4; score += 0.125) {
      expect(ids(one, { [one.genes[0]!]: [{ score, phenotype: 'unused' }] }), `${one.drug} ${score}`).toHaveLength(1);
    }
  }
});

test('not determined never leads to a standard dose, HLA least of all', () => {
  for (const { drug: one } of entries) {
    for (const row of one.rows.filter(({ when }) => Object.values(when).some((keys) => keys.includes(notDetermined)))) {
      const { action, statement } = statementOf(one.drug, row);
      expect(['label', 'label-then-review'], `${one.drug} ${row.id}`).not.toContain(action);
      expect(statement).not.toMatch(/recommended starting dose of .* applies/);
    }
  }
  const carbamazepine = statementsFor(drug('carbamazepine'), { 'HLA-A*31:01': [{ phenotype: 'negative' }] });
  expect(carbamazepine.applied[0]!.statement.statement).toMatch(/HLA-B\*15:02 is not tested.*ancestry.*ask/);
});

test('HLA positive: not to be started; taken for over 3 months Optional; A*31:01 only where there is another drug', () => {
  const of = (a: string, b: string) =>
    statementsFor(drug('carbamazepine'), { 'HLA-A*31:01': [{ phenotype: a }], 'HLA-B*15:02': [{ phenotype: b }] })
      .applied[0]!.statement;
  expect(of('negative', 'positive')).toMatchObject({ action: 'avoid', strengths: ['Strong', 'Optional'] });
  expect(of('negative', 'positive').statement).toMatch(/\[Strong\]: Do not start.*over 3 months.*\[Optional\]/);
  expect(of('positive', 'negative').statement).toMatch(/where there is one.*without an alternative \[Optional\]/);
  expect(of('negative', 'negative')).toMatchObject({ action: 'label', strengths: ['Strong'] });
});

test('NSAIDs: 25 to 50 % of the lowest start with the maximum capped likewise; meloxicam 1: 50 and 50', () => {
  const of = (name: string, score: number) =>
    statementsFor(drug(name), { CYP2C9: [{ score, phenotype: 'x' }] }).applied[0]!.statement.statement;
  expect(of('celecoxib', 0.5)).toMatch(/25 to 50 % of the lowest recommended .* capped at 25 to 50 %/);
  expect(of('meloxicam', 1)).toMatch(/50 % of the lowest recommended .* capped at 50 %/);
});

test('no statement tells anybody to stop a drug', () => {
  for (const { statement } of knownStatements().values())
    expect(statement).not.toMatch(/\bstop\b|discontinue|withdraw/i);
});

test('statements have an id of their own and are short', () => {
  const count = entries.reduce((sum, one) => sum + one.drug.rows.length, 0);
  expect(knownStatements().size).toBe(count);
  for (const { id, statement } of knownStatements().values()) expect(statement.length, id).toBeLessThan(800);
});

test('a set gives every statement once, in the order of the table', () => {
  const states = [0, 0.25, 1, 2].map((score) => ({
    score,
    phenotype: score < 1.25 ? 'intermediate-metabolizer' : 'x',
  }));
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

test('a phenotype without a score leads to all that it may mean', () => {
  const im = { CYP2D6: [{ phenotype: 'intermediate-metabolizer' }] };
  expect(ids(drug('tramadol'), im)).toEqual(['tramadol.intermediate']);
  expect(ids(drug('tamoxifen'), im)).toEqual(['tamoxifen.score-1', 'tamoxifen.score-0.25-0.75']);
});

test('the label speaks beside CPIC under ids of its own', () => {
  const poor = { CYP2C19: [{ phenotype: 'poor-metabolizer' }] };
  const label = statementsFor(drug('citalopram', 'FDA'), poor, 'FDA').applied[0]!.statement;
  expect(label).toMatchObject({ id: 'citalopram.fda-poor', action: 'lower', verified: true });
  expect(label.statement).toContain('20 mg a day');
  const aripiprazole = drug('aripiprazole', 'FDA');
  const half = statementsFor(aripiprazole, { CYP2D6: [{ score: 0, phenotype: 'poor-metabolizer' }] }, 'FDA');
  expect(half.applied[0]!.statement.statement).toContain('50 %');
});

test('a newer entry of the change log supersedes a table', () => {
  expect(supersededOn('codeine', '2024-05', changes)).toBeUndefined();
  expect(supersededOn('azathioprine', '2024-05', changes)).toBe('2026-02-03');
  const sameMonth = { ...changes, recommendation: { codeine: ['2024-05-20'] } };
  expect(supersededOn('codeine', '2024-05', sameMonth)).toBeUndefined();
});

test('steps read as a sentence; what holds if the drug is used stands together', () => {
  const steps = [
    { do: 'alternative' as const, not: ['CYP2D6'] },
    { do: 'start-lower' as const, percent: [50], ifUsed: true as const },
    { do: 'levels' as const, ifUsed: true as const },
    { do: 'because' as const, what: 'levels are high' },
  ];
  expect(sentence(steps, 'x')).toBe(
    'Consider a drug that CYP2D6 does not mainly clear; if x is used, consider a starting dose lower by 50 %, guide the dose by drug levels: levels are high.',
  );
});

test('every phenotype that the rules can give has its row: what is called can be looked up', () => {
  const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);
  const holes: string[] = [];
  for (const { drug: one } of cpic) {
    for (const gene of one.genes.filter((name) => name in rules.functionPairs)) {
      for (const phenotype of new Set(Object.values(rules.functionPairs[gene]!))) {
        const { without } = statementsFor(one, { [gene]: [{ phenotype }] });
        holes.push(...without.map((words) => `${one.drug}: ${words}`));
      }
    }
  }
  expect(holes).toEqual([]);
});

test('two-gene tables have neither a hole nor two answers, in any pair of their own keys', () => {
  for (const { drug: one } of cpic.filter(({ drug: { genes } }) => genes.length === 2)) {
    const [a, b] = one.genes.map((gene) => [...new Set(one.rows.flatMap(({ when }) => when[gene]!))]) as [
      string[],
      string[],
    ];
    for (const first of a) {
      for (const second of b) {
        if (first === notDetermined && second === notDetermined) continue;
        const found = one.rows.filter(
          ({ when }) => when[one.genes[0]!]!.includes(first) && when[one.genes[1]!]!.includes(second),
        );
        expect(
          found.map(({ id }) => id),
          `${one.drug} ${first} ${second}`,
        ).toHaveLength(1);
      }
    }
  }
});
