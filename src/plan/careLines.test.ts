import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { loadRules } from './loadRules.ts';
import { coded, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const line = (rule: string, findings: Finding[]) =>
  buildPlan(testDossier(findings), { asOf }).recommendations.find((one) => one.rule.id === rule);
const against = (found: ReturnType<typeof line>) => found?.against.map((one) => one.statement).join(' ') ?? '';
const condition = (site: string) => testFinding('condition', coded('past'), { site });
const phq9 = (time?: string) => testFinding('phq-9.total', quantity(16), time ? { time } : {});

describe('stimulation', () => {
  const rule = 'stimulation-after-two-trials';
  const stopped = (site: string, atc: string) => testFinding('stopped-medication', coded('stopped'), { site, atc });
  const two = [phq9(asOf), stopped('sertraline', 'N06AB06'), stopped('venlafaxine', 'N06AX16')];

  it('one trial is no line, two are graded for the left DLPFC', () => {
    expect(line(rule, two.slice(0, 2))).toBeUndefined();
    expect(line(rule, two)).toMatchObject({ verb: 'discuss', strength: { body: 'Lefaucheur 2020' } });
    expect(line(rule, two)?.strength.grade).toMatch(/^Level A/);
  });

  it('an implant stands before it, past mania sends to psychiatry first, epilepsy is discussed', () => {
    const implant = line(rule, [...two, condition('cochlear-implant')]);
    expect(implant).toMatchObject({ verb: 'refer', strength: { grade: 'contraindication until cleared' } });
    expect(implant?.action).toContain('not proposed');
    expect(line(rule, [...two, condition('bipolar-or-mania')])).toMatchObject({ verb: 'refer' });
    expect(line(rule, [...two, condition('bipolar-or-mania')])?.action).toContain('Psychiatric review comes first');
    const seizure = line(rule, [...two, condition('seizure')]);
    expect(seizure?.verb).toBe('discuss');
    expect(against(seizure)).toContain('discussed with the stimulation team');
  });
});

describe('mood', () => {
  it('an antidepressant with past mania is for psychiatry; silence about mania is said', () => {
    const sertraline = testFinding('active-medication', coded('active'), { site: 'sertraline', atc: 'N06AB06' });
    expect(line('antidepressant-with-bipolar', [sertraline])).toBeUndefined();
    expect(line('antidepressant-with-bipolar', [sertraline, condition('bipolar-or-mania')])?.verb).toBe('refer');
    expect(against(line('depression-screen', [phq9(asOf)]))).toContain('not the same as none');
  });

  it('an old or undated score does not decide', () => {
    expect(against(line('depression-screen', [phq9(asOf)]))).not.toContain('repeat it');
    expect(against(line('depression-screen', [phq9('2025-06-01')]))).toContain('more than three months old');
    expect(against(line('depression-screen', [phq9()]))).toContain('no date');
  });

  it('drugs that kill in overdose meet the answer to item 9', () => {
    const item9 = (value: number, time: string) => testFinding('phq-9.item-9', quantity(value), { time });
    const drugs = [
      testFinding('active-medication', coded('active'), { site: 'lithium', atc: 'N05AN01' }),
      testFinding('active-medication', coded('active'), { site: 'amitriptyline', atc: 'N06AA09' }),
      testFinding('active-medication', coded('active'), { site: 'morphine', atc: 'N02AA01' }),
    ];
    const of = (findings: Finding[]) =>
      buildPlan(testDossier([...drugs, ...findings]), { asOf })
        .recommendations.filter((one) => /self-harm/.test(one.rule.id))
        .map((one) => `${one.about} ${one.urgency}`)
        .sort();
    expect(of([item9(1, asOf)])).toEqual(['amitriptyline now', 'lithium now', 'opioid supply now']);
    expect(of([item9(1, '2025-01-01')])).toEqual(['amitriptyline now', 'lithium now', 'opioid supply now']);
    expect(of([])).toEqual(['amitriptyline soon', 'lithium soon']);
    expect(of([item9(0, asOf)])).toEqual([]);
  });

  it('stands immediate danger first among the lines of today, by the stated order', () => {
    const { recommendations } = buildPlan(
      testDossier([
        testFinding('phq-9.item-9', quantity(2), { time: asOf }),
        testFinding('active-medication', coded('active'), { site: 'amitriptyline', atc: 'N06AA09' }),
        testFinding('active-medication', coded('active'), { site: 'morphine', atc: 'N02AA01' }),
        testFinding('active-medication', coded('active'), { site: 'diazepam', atc: 'N05BA01' }),
        testFinding('allergy-conflict', coded('same-drug'), { site: 'tramadol' }),
        testFinding('pain-red-flag', coded('positive'), { site: 'cauda-equina' }),
      ]),
      { asOf },
    );
    const today = recommendations.filter(({ urgency }) => urgency === 'now').map(({ rule }) => rule.id);
    expect(today.slice(0, 5)).toEqual([
      'red-flags-first',
      'allergy-to-listed-drug',
      'tca-and-self-harm',
      'opioid-and-self-harm',
      'sedative-and-self-harm',
    ]);
    expect(today).toContain('opioid-with-benzodiazepine');
    const known = loadRules();
    for (const id of known.firstOfNow) expect(known.rules.map((one) => one.id)).toContain(id);
  });
});

describe('PET', () => {
  const rule = 'pet-change-needs-a-pair';
  const suv = (value: number, region: string, time = '2026-03-01') =>
    testFinding('suv-max', quantity(value, '{SUVbw}g/mL'), { site: region, region, time });

  it('shows the highest region with a plain unit, and one day is a baseline', () => {
    const found = line(rule, [suv(4.4, 'Node'), suv(9, 'Mass'), suv(2, 'Liver')]);
    expect(found?.action).toMatch(/^SUVmax 9.00 g\/mL SUVbw in Mass.*baseline, not a verdict/);
    expect(found?.wouldChange.join(' ')).toContain('Body height');
  });

  it('two days are not judged', () => {
    const found = line(rule, [suv(9, 'Mass'), suv(5, 'Mass', '2026-01-01')]);
    expect(found?.action).toContain('not judged');
    expect(JSON.stringify(found)).not.toMatch(/respon(se|der) (to|was)|progress/i);
  });

  it('without height or liver it says so, with them it does not', () => {
    const sul = testFinding('sul-peak', quantity(6, '{SUVlbm}g/mL'), { site: 'Mass' });
    const liver = testFinding('sul-mean', quantity(1.6, '{SUVlbm}g/mL'), { site: 'Liver' });
    expect(line(rule, [suv(9, 'Mass'), sul, liver])?.wouldChange.join(' ')).not.toMatch(/height|liver/i);
  });

  it('a refused uptake names what is missing', () => {
    const refused = testFinding(
      'suv-max',
      { type: 'refused', reason: 'no-body-weight' },
      {
        site: 'Mass',
        issues: [{ code: 'no-body-weight', severity: 'error', message: 'No body weight.', remedy: 'Add it.' }],
      },
    );
    expect(line('suv-without-weight', [refused])?.action).toMatch(/for Mass\. No body weight\. Add it\.$/);
  });
});
