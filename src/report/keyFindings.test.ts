import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { keyFindings } from './keyFindings.ts';
import { currentViews } from './model.ts';

const keys = (findings: Parameters<typeof currentViews>[0]) => keyFindings(currentViews(findings));

describe('key findings', () => {
  it('are at most seven, item 9 first, and never a refusal', () => {
    const codes = [
      'peg.mean',
      'pcs.total',
      'phq-9.total',
      'gad-7.total',
      'morphine-milligram-equivalents',
      'metabolic-tumour-volume-41-percent',
      'intracranial-volume-estimate',
      'phq-9.item-9',
    ];
    const found = keys([
      ...codes.map((code) => testFinding(code, quantity(1))),
      testFinding('suv-max', { type: 'refused', reason: 'no-weight' }),
    ]);
    expect(found).toHaveLength(7);
    expect(found[0].finding.measure.code).toBe('phq-9.item-9');
    expect(found.some((one) => one.finding.value.type === 'refused')).toBe(false);
  });

  it('take the highest of several places and say of how many', () => {
    const found = keys([2.1, 9, 4.4].map((value, i) => testFinding('suv-max', quantity(value), { site: `r${i}` })));
    expect(found.map((one) => [one.finding.site?.code, one.among])).toEqual([['r1', 3]]);
  });

  it('name the caution that weighs most, never the mere lack of a reference', () => {
    const note = (code: string, severity: 'info' | 'warning') => ({ code, severity, message: code });
    const [one] = keys([
      testFinding('suv-max', quantity(1), {
        issues: [note('no-norm', 'info'), note('b', 'info'), note('a', 'warning'), note('could-also-be', 'warning')],
      }),
    ]);
    expect(one.caution?.code).toBe('could-also-be');
    const [none] = keys([testFinding('suv-max', quantity(1), { issues: [note('no-norm', 'info')] })]);
    expect(none.caution).toBeUndefined();
  });
});
