import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { loadRules } from './loadRules.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const born = (date: string, more: Partial<Fact> = {}): Fact => ({
  kind: 'fact',
  id: `born-${date}`,
  subject: 's1',
  source: 'src-1',
  place: 'Patient',
  type: 'birth-date',
  code: { system: 'text', code: 'birth-date', display: 'birth date' },
  value: { type: 'date', date },
  status: 'active',
  isEvent: false,
  issues: [],
  ...more,
});
const lines = (findings: Finding[], facts: Fact[] = []) =>
  buildPlan(testDossier(findings, { facts }), { asOf }).recommendations;
const line = (rule: string, findings: Finding[], facts: Fact[] = []) =>
  lines(findings, facts).find((one) => one.rule.id === rule);
const said = (found: ReturnType<typeof line>) => found?.against.map((one) => one.statement).join(' ') ?? '';

const taken = (site: string, atc: string, value = quantity(10, 'mg/d')) =>
  testFinding('active-medication', value, { site, atc });
const condition = (site: string, state = 'active') => testFinding('condition', coded(state), { site });
const phenotype = (...codes: string[]) => testFinding('metabolizer-phenotype', codedSet(...codes), { site: 'CYP2D6' });
const inhibition = (strength: string, site = 'CYP2D6') => testFinding('enzyme-inhibition', coded(strength), { site });
const list = testFinding('medication-list', coded('read'), { time: asOf });
const codeine = taken('codeine', 'R05DA04');
const tramadol = taken('tramadol', 'N02AX02', quantity(200, 'mg/d'));

describe('codeine and tramadol', () => {
  const rule = 'opioid-prodrug-cyp2d6';
  const normal = phenotype('normal-metabolizer');

  it('age and situation come before genotype', () => {
    expect(line(rule, [codeine, normal], [born('2015-01-01')])).toMatchObject({
      urgency: 'now',
      strength: { body: 'FDA' },
    });
    const teenager = [born('2012-01-01')];
    expect(line(rule, [codeine, normal], teenager)?.strength.body).toBe('CPIC');
    expect(line(rule, [codeine, normal, condition('tonsil-surgery')], teenager)?.urgency).toBe('now');
    expect(line(rule, [tramadol, normal, condition('breastfeeding')])?.strength.body).toBe('FDA');
    expect(line(rule, [codeine, normal, condition('tonsil-surgery')], [born('1980-01-01')])?.strength.body).toBe(
      'CPIC',
    );
  });

  it('a birth date on which sources disagree, or that is in error, gives no age', () => {
    const child = born('2015-01-01');
    expect(line(rule, [codeine, normal], [child, born('1980-01-01')])?.strength.body).toBe('CPIC');
    expect(line(rule, [codeine, normal], [child, born('1980', { status: 'entered-in-error' })])?.urgency).toBe('now');
    expect(line(rule, [codeine, normal], [child, born('2015')])?.urgency).toBe('now');
  });

  it('a planned or unclear drug is seen too', () => {
    for (const measure of ['planned-medication', 'unclear-medication']) {
      const drug = testFinding(measure, coded('unclear'), { site: 'codeine', atc: 'R05DA04' });
      expect(line(rule, [drug, phenotype('poor-metabolizer')])).toMatchObject({ strength: { grade: 'Strong' } });
    }
    const unclear = testFinding('unclear-medication', coded('unclear'), { site: 'codeine', atc: 'R05DA04' });
    expect(said(line(rule, [unclear, normal]))).toContain('does not say whether codeine is taken');
  });

  it('a strong inhibitor decides without any genome', () => {
    const found = line(rule, [tramadol, inhibition('strong')]);
    expect(found).toMatchObject({ verb: 'review', urgency: 'soon' });
    expect(found?.wouldChange.join(' ')).toContain('Do not stop it for this reason alone');
    expect(line(rule, [tramadol, inhibition('moderate')])?.verb).toBe('ask');
  });

  it.each([
    [['normal-metabolizer'], 'Strong', 'routine'],
    [['intermediate-metabolizer', 'normal-metabolizer'], 'Moderate to Strong across the set', 'routine'],
    [['ultrarapid-metabolizer'], 'Strong', 'now'],
    [
      ['normal-metabolizer', 'ultrarapid-metabolizer'],
      'Strong for the ultrarapid member, weaker for the others',
      'soon',
    ],
    [['poor-metabolizer', 'ultrarapid-metabolizer'], 'Strong for both ends of the set', 'soon'],
    [['normal-metabolizer', 'indeterminate'], 'no recommendation for an indeterminate member', 'routine'],
  ])('codeine with %s is graded %s', (codes, grade, urgency) => {
    const found = line(rule, [codeine, phenotype(...codes)]);
    expect(found).toMatchObject({ strength: { grade }, urgency });
    if (codes.length > 1) for (const code of codes) expect(found?.action.toLowerCase()).toContain(code);
  });

  it('what was stopped, is unclear or is planned and inhibits is said, not counted', () => {
    const of = (measure: string) => testFinding(measure, coded('x'), { site: 'fluoxetine', atc: 'N06AB03' });
    expect(said(line(rule, [tramadol, normal, of('stopped-medication')]))).toContain('can last for weeks');
    expect(said(line(rule, [tramadol, normal, of('unclear-medication')]))).toContain('not counted');
    expect(line(rule, [tramadol, normal, of('planned-medication')])?.wouldChange.join(' ')).toContain('fluoxetine');
  });
});

describe('opioids with others', () => {
  const benzodiazepine = taken('diazepam', 'N05BA01');
  const mme = (value: number) => testFinding('morphine-milligram-equivalents', quantity(value, 'mg/d'));

  it('names every opioid, and prints no dose limit where it does not apply', () => {
    const both = [tramadol, taken('oxycodone', 'N02AA05'), benzodiazepine, mme(60)];
    expect(line('opioid-with-benzodiazepine', both)?.action).toContain('Oxycodone and tramadol together with diazepam');
    const cancer = line('opioid-with-benzodiazepine', [...both, condition('cancer')]);
    expect(cancer?.strength.body).toBe('FDA');
    expect(JSON.stringify(cancer?.for)).not.toContain('morphine milligram');
    expect(line('opioid-dose', [...both, condition('cancer')])).toBeUndefined();
    expect(line('opioid-dose', both, [born('2012-01-01')])).toBeUndefined();
  });

  it('offers naloxone from 50 morphine milligram equivalents on', () => {
    expect(line('opioid-dose', [tramadol, mme(49.9)])).toBeUndefined();
    expect(line('opioid-dose', [tramadol, mme(50)])?.action).toContain('offer naloxone');
    const unknown = testFinding('morphine-milligram-equivalents', { type: 'refused', reason: 'dose-unknown' });
    expect(line('opioid-dose', [tramadol, unknown])).toMatchObject({ verb: 'ask' });
  });

  it('tells serotonin, seizures and MAO inhibitors apart', () => {
    const bupropion = taken('bupropion', 'N06AX12');
    const ids = lines([list, tramadol, bupropion]).map((one) => one.rule.id);
    expect(ids.sort()).toEqual(['opioid-prodrug-cyp2d6', 'tramadol-seizure']);
    expect(line('maoi-with-serotonergic', [tramadol, taken('linezolid', 'J01XX08')])?.urgency).toBe('now');
    expect(line('tramadol-seizure', [tramadol, condition('seizure', 'past')])?.action).toContain('seizure');
  });

  it('an allergy to a listed drug is for today, to a related one soon', () => {
    const conflict = (kind: string) =>
      testFinding('allergy-conflict', coded(kind), { site: 'tramadol', atc: 'N02AX02' });
    expect(line('allergy-to-listed-drug', [conflict('same-drug')])?.urgency).toBe('now');
    expect(line('allergy-to-listed-drug', [conflict('same-class')])?.urgency).toBe('soon');
  });
});

describe('carbamazepine', () => {
  const rule = 'carbamazepine-hla';
  const drug = (measure: string) => testFinding(measure, coded('x'), { site: 'carbamazepine', atc: 'N03AF01' });
  const typed = (b: string, a: string) => [
    testFinding('hla-allele', coded(b), { site: 'HLA-B*15:02' }),
    testFinding('hla-allele', coded(a), { site: 'HLA-A*31:01' }),
  ];
  const since = (time: string) => testFinding('medication-start', coded('since'), { site: 'carbamazepine', time });

  it.each([
    ['naive, B*15:02 positive', 'positive', 'negative', undefined, 'Strong', 'now'],
    [
      'naive, A*31:01 positive',
      'negative',
      'positive',
      undefined,
      'Strong if alternatives exist, else Optional',
      'now',
    ],
    [
      'three weeks, A*31:01 positive',
      'negative',
      'positive',
      '2026-02-17',
      'Strong if alternatives exist, else Optional',
      'now',
    ],
    ['tolerated, B*15:02 positive', 'positive', 'negative', '2025-01-01', 'Optional', 'soon'],
    ['tolerated, A*31:01 positive', 'negative', 'positive', '2025-01-01', 'Optional', 'soon'],
  ])('%s', (_, b, a, start, grade, urgency) => {
    const findings = [list, drug('active-medication'), ...typed(b, a), ...(start ? [since(start)] : [])];
    expect(line(rule, findings)).toMatchObject({ strength: { grade, body: 'CPIC' }, urgency });
  });

  it('untested is asked for and never reads as negative', () => {
    const found = line(rule, [list, drug('planned-medication'), typed('negative', 'x')[0]]);
    expect(found).toMatchObject({ verb: 'ask', urgency: 'soon' });
    expect(found?.action).toContain('not tested is not negative');
    expect(line(rule, [list, drug('planned-medication'), ...typed('negative', 'negative')])).toBeUndefined();
  });

  it('an old list does not make a drug tolerated', () => {
    const old = testFinding('medication-list', coded('read'), { time: '2025-02-01' });
    const findings = [drug('active-medication'), ...typed('positive', 'negative'), since('2025-01-01')];
    expect(line(rule, [old, ...findings])?.urgency).toBe('now');
  });
});

describe('other drugs', () => {
  const citalopram = (mg: number) => taken('citalopram', 'N06AB04', quantity(mg, 'mg/d'));
  const cyp2c19 = (code: string) => testFinding('metabolizer-phenotype', coded(code), { site: 'CYP2C19' });

  it('a fast metaboliser of 65 years still has the limit of the label', () => {
    const found = line('citalopram-cyp2c19', [citalopram(40), cyp2c19('rapid-metabolizer')], [born('1961-01-01')]);
    expect(found).toMatchObject({ urgency: 'soon', strength: { body: 'FDA; CPIC' } });
    expect(found?.action).toMatch(/Citalopram \(40 mg\/day\) is above/);
    const limits = [inhibition('moderate', 'CYP2C19'), condition('liver-disease'), cyp2c19('poor-metabolizer')];
    for (const one of limits) expect(line('citalopram-cyp2c19', [citalopram(20), one])?.action).toContain('20 mg');
    expect(line('citalopram-cyp2c19', [citalopram(40), cyp2c19('rapid-metabolizer')])?.action).not.toContain('20 mg');
  });

  it('NSAIDs go by the score, a set by its lowest member', () => {
    const scores = (...values: number[]) => [
      testFinding('metabolizer-phenotype', codedSet('poor-metabolizer'), { site: 'CYP2C9' }),
      testFinding(
        'activity-score',
        { type: 'set', members: values.map((value) => ({ value: { type: 'quantity', value, unit: '1' } })) },
        { site: 'CYP2C9' },
      ),
    ];
    const of = (name: string, ...values: number[]) => {
      const rule = name === 'meloxicam' ? 'meloxicam-cyp2c9' : name === 'piroxicam' ? 'oxicam-cyp2c9' : 'nsaid-cyp2c9';
      return line(rule, [taken(name, 'M01A'), ...scores(...values)])?.action ?? '';
    };
    expect(of('celecoxib', 0)).toContain('25 to 50 % of the lowest recommended dose, with the maximum capped likewise');
    expect(of('celecoxib', 1, 2)).toContain('lowest recommended dose');
    expect(of('celecoxib', 1.5)).toBe('');
    expect(of('meloxicam', 1)).toContain('half');
    expect(of('meloxicam', 0.5, 2)).toContain('alternative');
    expect(of('piroxicam', 1)).toContain('alternative');
  });

  it('tizanidine with ciprofloxacin is for today, methadone with CYP2B6 is no line', () => {
    expect(
      line('tizanidine-cyp1a2', [taken('tizanidine', 'M03BX02'), taken('ciprofloxacin', 'J01MA02')])?.urgency,
    ).toBe('now');
    const cyp2b6 = testFinding('metabolizer-phenotype', coded('poor-metabolizer'), { site: 'CYP2B6' });
    expect(lines([list, taken('methadone', 'N07BC02'), cyp2b6])).toEqual([]);
    const aripiprazole = taken('aripiprazole', 'N05AX12');
    expect(line('aripiprazole-cyp2d6', [aripiprazole, phenotype('poor-metabolizer')])?.strength.body).toBe('FDA');
    expect(line('aripiprazole-cyp2d6', [aripiprazole, phenotype('normal-metabolizer')])).toBeUndefined();
  });

  it('no rule looks at a gene of level C or D', () => {
    const { rules } = loadRules();
    const genes = rules.flatMap((rule) => Object.values(rule.bind).flatMap(({ site }) => site ?? []));
    expect(genes).toContain('CYP2D6');
    expect(genes.filter((one) => /^(?:OPRM1|COMT|CYP2B6|ABCB1|UGT2B7|BDNF|SLC6A4|HTR2A)$/.test(one))).toEqual([]);
  });
});
