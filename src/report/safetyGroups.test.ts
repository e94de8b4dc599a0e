import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { coded, quantity, testFinding } from '../plan/testFindings.ts';
import { reportDocument } from './html/document.ts';
import { reportModel } from './model.ts';
import { safetyGroups } from './safetyGroups.ts';
import { testAsOf, testFindings, testReportInput } from './testModel.ts';

const groupsOf = (more: readonly Finding[], base = testFindings()) =>
  safetyGroups(reportModel(testReportInput({ findings: [...base, ...more] })));
const now = (groups: ReturnType<typeof groupsOf>) => groups.find(({ level }) => level === 'now');
const checksOf = (groups: ReturnType<typeof groupsOf>, check: string) =>
  groups.flatMap(({ level, checks }) => checks.filter((one) => one.check === check).map((one) => ({ ...one, level })));

describe('a plan line and a safety check on the same thing', () => {
  it('are one row: what the line says, with the evidence of both', () => {
    const groups = groupsOf([]);
    const [row, ...others] = checksOf(groups, 'opioid-benzodiazepine');
    expect(others).toEqual([]);
    expect(row!.level).toBe('now');
    expect(row!.action).toContain('Tramadol together with clonazepam');
    expect(row!.action).not.toContain('See the plan line');
    expect(row!.links.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['recommendation', 'finding']));
    expect(now(groups)!.lines.map(({ title }) => title)).not.toContain('Opioid with benzodiazepine');
    // Lines that no check names keep a row of their own.
    expect(now(groups)!.lines.map(({ title }) => title)).toContain('Opioid supply');
  });

  it('stand behind an answer on self-harm, in whatever order the checks come', () => {
    const model = reportModel(
      testReportInput({ findings: [...testFindings(), testFinding('phq-9.item-9', quantity(1), { time: testAsOf })] }),
    );
    const { plan } = model.input;
    const turned = {
      ...model,
      input: { ...model.input, plan: { ...plan, safetyChecks: plan.safetyChecks.toReversed() } },
    };
    for (const one of [model, turned]) {
      const checks = now(safetyGroups(one))!.checks.map(({ check }) => check);
      expect(checks[0]).toBe('suicidality');
      expect(checks).toContain('opioid-benzodiazepine');
    }
  });

  it('keep the words of a check that says more than where to look', () => {
    const flag = testFinding('pain-red-flag', coded('positive'), { site: 'infection', time: testAsOf });
    const answer = testFinding('pain-red-flags.item-6', quantity(1), { time: testAsOf });
    const [row] = checksOf(groupsOf([flag, answer]), 'red-flag-infection');
    expect(row).toMatchObject({ level: 'now', state: 'positive' });
    expect(row!.action).toMatch(/Record who acted and when\..*a medical assessment today comes before/s);
  });

  it('stay apart where the check is historic', () => {
    const old = { time: '2025-01-01' };
    const flag = testFinding('pain-red-flag', coded('positive'), { site: 'infection', ...old });
    const answer = testFinding('pain-red-flags.item-6', quantity(1), old);
    const groups = groupsOf([flag, answer]);
    expect(checksOf(groups, 'red-flag-infection-history').map(({ level }) => level)).toEqual(['historic']);
    expect(now(groups)!.lines.map(({ title }) => title)).toContain('Red flag: infection');
  });

  it('stand once in the banner of the page, with a way to the line', () => {
    const page = reportDocument(reportModel(testReportInput()));
    const banner = page.slice(page.indexOf('class="safety"'), page.indexOf('id="impression"'));
    expect(banner.match(/Tramadol together with clonazepam/g)).toHaveLength(1);
    expect(banner).toMatch(/href="#plan-[0-9a-f]+"/);
  });
});
