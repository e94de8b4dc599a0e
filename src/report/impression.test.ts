import { describe, expect, it } from 'vitest';
import { buildPlan } from '../plan/buildPlan.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { impression } from './impression.ts';
import { currentViews, reportModel } from './model.ts';
import { testFact, testReportInput, testRun, testSource } from './testModel.ts';

const asOf = '2026-03-10';
const of = (findings: ReturnType<typeof testFinding>[]) =>
  impression(buildPlan(testDossier(findings), { asOf }), currentViews(findings), []);

describe('impression', () => {
  it('begins with what must be acted on, and names what is open beside it', () => {
    const [first] = of([testFinding('phq-9.item-9', quantity(1), { time: asOf })]);
    expect(first.text).toMatch(/^To be acted on first: thoughts of self-harm; still open: .*not assessed/);
  });

  it('names a line and the check on the same thing once', () => {
    const [first] = of([
      testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02' }),
      testFinding('active-medication', coded('as-needed'), { site: 'clonazepam', atc: 'N03AE01' }),
      testFinding('medication-list', coded('current'), { time: asOf }),
    ]);
    expect(first.text).toMatch(/^To be acted on first: opioid with benzodiazepine;/);
    expect(first.text.match(/opioid/gi)).toHaveLength(1);
    const [long] = of([
      testFinding('active-medication', quantity(20, 'mg/d'), { site: 'citalopram', atc: 'N06AB04' }),
      testFinding('qtc-interval', quantity(510, 'ms'), { time: asOf }),
    ]);
    expect(long.text.match(/QT interval/g)).toHaveLength(1);
  });

  it('never reads silence as safety', () => {
    const [first, second] = of([]);
    expect(first.text).toContain('cannot be read as safe');
    expect(first.text).toContain('not assessed');
    expect(second.text).toBe('No finding could be made from the data given.');
  });

  it('says first what was imported and not worked up, and claims no calm beside it', () => {
    const plan = buildPlan(testDossier([]), { asOf });
    const [first] = impression(plan, [], [], [testSource('s', 'forms/phq9.csv')]);
    expect(first.text).toMatch(/^Not worked up yet: forms\/phq9\.csv\./);
    expect(first.text).not.toContain('Nothing must be acted on at once');
  });

  it('says so when no question was asked at all', () => {
    const plan = { ...buildPlan(testDossier([]), { asOf }), safetyChecks: [] };
    expect(impression(plan, [], [])[0].text).toContain('nothing here can be read as safe');
  });

  it('claims only that the questions asked are not positive when all were answered', () => {
    const [first] = of([
      testFinding('phq-9.item-9', quantity(0), { time: asOf }),
      testFinding('medication-list', coded('read'), { time: asOf }),
      testFinding('allergy-list', coded('none-known'), { time: asOf }),
    ]);
    expect(first.text).toBe('No safety question that was asked is positive; only the questions listed were asked.');
  });

  it('spells a set out, with its place', () => {
    const [, second] = of([testFinding('metabolizer-phenotype', codedSet('a', 'b'), { site: 'CYP2D6' })]);
    expect(second.text).toContain('CYP2D6: metabolizer-phenotype a or b');
  });

  it('names what is absent', () => {
    const plan = buildPlan(testDossier([]), { asOf });
    const missing = [{ code: 'no-t1', severity: 'info' as const, message: 'There is no T1.' }];
    expect(impression(plan, [], missing)[2].text).toContain('absent from the dossier: there is no T1.');
  });
});

describe('what was not worked up', () => {
  const source = testSource('src-new', 'new/list.csv');
  const medicine = testFact('fact-new', 'src-new', { type: 'medication' });
  const unread = (runs: ReturnType<typeof testRun>[]) => {
    const input = testReportInput();
    const dossier = { ...input.dossier, facts: [medicine], sources: [source] };
    return reportModel({ ...input, dossier, runs }).unread.map(({ path }) => path);
  };

  it('is a list of medicines that no run has read', () => {
    expect(unread([])).toEqual(['new/list.csv']);
    expect(unread([testRun('r1', 'clinical.vitals', ['fact-other'])])).toEqual(['new/list.csv']);
    expect(unread([testRun('r1', 'clinical.medications', ['fact-new'])])).toEqual([]);
  });
});
