import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { coded, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const phq9 = (value: number, time: string | undefined) =>
  testFinding('phq-9.total', quantity(value), time === undefined ? {} : { time });
const open = testFinding('phq-9.total', { type: 'refused', reason: 'items-missing' }, { time: asOf });
const stopped = ['sertraline', 'venlafaxine'].map((site) =>
  testFinding('stopped-medication', coded('stopped'), { site, atc: 'N06AX16' }),
);
const plan = (findings: Finding[]) => buildPlan(testDossier([...stopped, ...findings]), { asOf });
const line = (findings: Finding[], rule: string) => plan(findings).recommendations.find((one) => one.rule.id === rule);
const rules = ['depression-screen', 'stimulation-after-two-trials'];

describe.each(rules)('%s', (rule) => {
  it('a fall of 15 points in five days does not take the line away: both values stand there, to be confirmed', () => {
    const [high, low] = [phq9(22, '2026-03-05'), phq9(7, asOf)];
    const found = line([high, low], rule)!;
    expect(found).toMatchObject({ verb: 'repeat', issues: [{ code: 'score-fell-fast' }] });
    expect(found.action).toMatch(/^Confirm first: PHQ-9 fell from 22 .*2026-03-05.* to 7 .*2026-03-10.* within 5 days/);
    expect(found.basis).toEqual(expect.arrayContaining([high.id, low.id]));
    expect(found.against[0]!.basis).toEqual([high.id, low.id].sort());
  });

  it.each([
    ['the same fall over eight weeks is a course', [phq9(22, '2026-01-13'), phq9(7, asOf)]],
    ['a fall within the error of the form takes the line away', [phq9(12, '2026-03-05'), phq9(8, asOf)]],
    ['a low score alone makes no line', [phq9(7, asOf)]],
    ['an undated score is before and after nothing', [phq9(7, undefined)]],
  ])('%s', (_, findings) => {
    expect(line(findings, rule)).toBeUndefined();
  });

  it.each([
    ['a rise within days', [phq9(7, '2026-03-05'), phq9(22, asOf)]],
    ['a slow fall that stays above the cut-off', [phq9(22, '2026-01-13'), phq9(14, asOf)]],
  ])('%s is in no doubt', (_, findings) => {
    expect(line(findings, rule)!.issues.map(({ code }) => code)).not.toContain('score-fell-fast');
  });

  it('a fast fall that stays above the cut-off is named beside the line of the newest score', () => {
    const found = line([phq9(24, '2026-03-05'), phq9(13, asOf)], rule)!;
    expect(found.verb).not.toBe('repeat');
    expect(found.against[0]!.statement).toContain('fell from 24');
  });

  it('a form of today without a score does not hide the score before it', () => {
    const before = phq9(19, '2026-02-20');
    const found = line([before, open], rule)!;
    expect(found).toMatchObject({ verb: 'repeat', issues: [{ code: 'score-left-open' }] });
    expect(found.action).toContain('has no score; the last one that has is 19');
    expect(line([phq9(6, '2026-02-20'), open], rule)).toBeUndefined();
    expect(line([open], rule)).toBeUndefined();
  });
});

it('the contraindications of stimulation are asked as long as the line stands', () => {
  const asked = (findings: Finding[]) =>
    plan(findings).safetyChecks.some(({ check }) => check === 'stimulation-contraindications');
  expect(asked([phq9(22, '2026-03-05'), phq9(7, asOf)])).toBe(true);
  expect(asked([phq9(22, '2026-01-13'), phq9(7, asOf)])).toBe(false);
});

it('the order of the findings changes nothing', () => {
  const findings = [phq9(22, '2026-03-05'), phq9(15, '2026-03-08'), phq9(7, asOf)];
  expect(plan(findings.toReversed())).toEqual(plan(findings));
});
