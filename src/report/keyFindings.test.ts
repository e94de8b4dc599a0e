import { describe, expect, it } from 'vitest';
import { coded, quantity, testFinding } from '../plan/testFindings.ts';
import { keyFindings } from './keyFindings.ts';
import { currentViews } from './model.ts';

const keys = (findings: Parameters<typeof currentViews>[0]) => keyFindings(currentViews(findings)).shown;

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

describe('what a clinician acts on', () => {
  const lab = (site: string, value: number, from: number, to: number) =>
    testFinding('lab', quantity(value, 'mmol/L'), {
      site,
      norm: {
        norm: 'laboratory-range',
        display: 'range',
        source: 'test',
        bands: [
          { from: 0, to: from, label: 'low' },
          { from, to, label: 'within' },
          { from: to, to: 2 * to, label: 'high' },
        ],
        band: value < from ? 'low' : value > to ? 'high' : 'within',
      },
    });
  const named = (found: ReturnType<typeof keys>) =>
    found.map(({ finding: { measure, site } }) => site?.code ?? measure.code);

  it('comes by consequence: kidney, QTc, salts and opioid dose before scores, what is worst first', () => {
    const scores = [testFinding('pcs.total', quantity(40)), testFinding('peg.mean', quantity(8))];
    const found = keys([
      ...scores,
      testFinding('paindetect.total', quantity(22)),
      testFinding('neuropathic-pain-grade', coded('probable')),
      testFinding('morphine-milligram-equivalents', quantity(90)),
      testFinding('egfr-ckd-epi-2021', quantity(28)),
      testFinding('qtc-interval', quantity(510, 'ms')),
      testFinding('pain-red-flag', coded('positive'), { site: 'infection' }),
      lab('sodium', 124, 135, 145),
    ]);
    expect(named(found)).toEqual([
      'infection',
      'qtc-interval',
      'sodium',
      'egfr-ckd-epi-2021',
      'morphine-milligram-equivalents',
      'neuropathic-pain-grade',
      'paindetect.total',
    ]);
  });

  it.each<[string, Parameters<typeof keys>[0], string[]]>([
    [
      'an eGFR of 60 goes behind scores',
      [testFinding('egfr-ckd-epi-2021', quantity(60))],
      ['peg.mean', 'egfr-ckd-epi-2021'],
    ],
    ['one of 59 before', [testFinding('egfr-ckd-epi-2021', quantity(59))], ['egfr-ckd-epi-2021', 'peg.mean']],
    ['a sodium within its range is no key finding', [lab('sodium', 140, 135, 145)], ['peg.mean']],
    ['one below it is', [lab('sodium', 133, 135, 145)], ['sodium', 'peg.mean']],
    [
      'red flags answered no are none',
      [testFinding('pain-red-flag', coded('negative'), { site: 'infection' })],
      ['peg.mean'],
    ],
    ['a grade that is ruled out is none', [testFinding('neuropathic-pain-grade', coded('unlikely'))], ['peg.mean']],
  ])('%s', (_, more, expected) => {
    expect(named(keys([testFinding('peg.mean', quantity(5)), ...more]))).toEqual(expected);
  });

  it('of several values outside their ranges the furthest out comes first; what does not fit is folded', () => {
    const many = ['tsh', 'crp', 'glucose', 'calcium'].map((site, i) => lab(site, 12 + 4 * i, 5, 10));
    expect(named(keys(many))).toEqual(['calcium', 'glucose', 'crp']);
    const full = ['phq-9.total', 'pcs.total', 'peg.mean', 'paindetect.total', 'suv-max', 'gad-7.total'];
    const { shown, folded } = keyFindings(
      currentViews([...many, ...full.map((code) => testFinding(code, quantity(3)))]),
    );
    expect(shown).toHaveLength(7);
    expect(named(folded)).toEqual(['crp', 'gad-7.total']);
  });

  it('says the formula by which it is long once', () => {
    const qt = [testFinding('qtc-fridericia', quantity(470, 'ms')), testFinding('qtc-reported', quantity(480, 'ms'))];
    expect(named(keys(qt))).toEqual(['qtc-fridericia']);
  });
});
