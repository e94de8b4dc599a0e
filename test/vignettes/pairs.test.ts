/** No rule without a patient on whom it speaks and one, changed in a single fact, on whom it does not. */
import { describe, expect, it } from 'vitest';
import { cardsOf } from '../../src/exchange/planCards.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';
import { estimates, LabelFile } from '../../src/plan/labelFacts.ts';
import { loadRules } from '../../src/plan/loadRules.ts';
import { findingOf, type Given, type Pair, planOf, readPairs } from './vignette.ts';

const pairs = readPairs();
const label = LabelFile.parse(loadKnowledge('plan/label-facts.json').data);
const linesOf = (rule: string, patient: readonly Given[], person: Pick<Pair, 'born' | 'sex'>, about?: string) =>
  planOf(patient, person).recommendations.filter(
    (line) => line.rule.id === rule && (about === undefined || line.about === about),
  );

it('every written rule has a pair, and every pair a rule', () => {
  const written = loadRules()
    .rules.map(({ id }) => id)
    .filter((id) => !id.startsWith('label-'));
  expect([...new Set(pairs.map(({ rule }) => rule))].sort()).toEqual([...new Set(written)].sort());
});

describe.each(pairs.map((pair, i) => [`${pair.rule} (${i})`, pair] as const))('%s', (_, pair) => {
  const { rule, patient, but, born, sex, bornBut, about } = pair;

  it('speaks, names its evidence and what it says of certainty', () => {
    const found = linesOf(rule, patient, { born, sex }, about);
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) {
      expect(line.basis.length).toBeGreaterThan(0);
      expect(line.certainty).toBeTruthy();
      expect(line.action).not.toMatch(/[{}]|undefined|^None\b|\bnone and\b/);
    }
  });

  it('is silent after one change', () => {
    expect((but === undefined) !== (bornBut === undefined)).toBe(true);
    const changed = but === undefined ? patient : patient.flatMap((one, i) => (i === but.at ? (but.is ?? []) : one));
    if (but !== undefined) expect(but.at).toBeLessThan(patient.length);
    expect(linesOf(rule, changed, { born: bornBut ?? born, sex }, about)).toEqual([]);
  });
});

describe('a higher dose', () => {
  const since = (site: string, ATC: string, days: number): Given => ({
    m: 'medication-start',
    site,
    codes: ['since'],
    also: { ATC },
    days,
  });
  const taken = [
    { drug: 'sertraline', dose: 100 },
    { drug: 'amitriptyline', dose: 25 },
    since('sertraline', 'N06AB06', 40),
    since('amitriptyline', 'N06AA09', 300),
    { m: 'phq-9.total', value: 14 },
  ];
  it.each<[string, Given[], boolean]>([
    ['is discussed', [], false],
    ['is held back at a QTc of 500', [{ m: 'qtc-interval', value: 500, unit: 'ms' }], true],
    ['is held back at a sodium of 129', [{ m: 'lab', site: 'sodium', value: 129, unit: 'mmol/L' }], true],
    ['is discussed at a sodium of 130', [{ m: 'lab', site: 'sodium', value: 130, unit: 'mmol/L' }], false],
    ['is held back above the label', [{ drug: 'citalopram', dose: 60, issue: 'dose-above-label' }], true],
  ])('%s', (_, more, held) => {
    const [line] = linesOf('depression-response-check', [...taken, ...more], {});
    expect(line!.action.includes('held back')).toBe(held);
    expect((line!.alternatives ?? []).some(({ statement }) => statement.includes('higher dose'))).toBe(!held);
    expect(line!.action).toContain('amitriptyline');
  });
});

it.each<[string, string, Given[], Given, Given]>([
  [
    'haemoglobin low',
    'anticoagulant-with-nsaid',
    [{ drug: 'warfarin' }, { drug: 'ibuprofen' }],
    { m: 'lab-flag', site: 'haemoglobin', codes: ['low'] },
    { m: 'lab-flag', site: 'haemoglobin', codes: ['within'] },
  ],
  [
    'oxygen saturation',
    'opioid-with-sedative',
    [{ drug: 'morphine' }, { drug: 'pregabalin' }],
    { m: 'vital', site: 'oxygen-saturation', value: 91, unit: '%' },
    { m: 'vital', site: 'oxygen-saturation', value: 92, unit: '%' },
  ],
  [
    'CRP is high',
    'red-flags-first',
    [{ m: 'pain-red-flag', site: 'infection', codes: ['positive'] }],
    { m: 'lab-flag', site: 'crp', codes: ['high'] },
    { m: 'lab-flag', site: 'crp', codes: ['within'] },
  ],
])('%s is an argument where a line stands, and only then', (words, rule, patient, found, other) => {
  const says = (one: Given) =>
    linesOf(rule, [...patient, one], {})[0]!
      .for.map(({ statement }) => statement)
      .join(' ')
      .toLowerCase();
  expect(says(found)).toContain(words.replace(' low', ' is low').toLowerCase());
  expect(says(other)).not.toContain(words.replace(' low', ' is low').toLowerCase());
});

it('a gabapentinoid that one guideline offers and another does not is weighed together', () => {
  const patient = [{ drug: 'pregabalin' }, { condition: 'neuropathic-pain' }, { condition: 'radiculopathy' }];
  for (const rule of ['neuropathic-first-line', 'radiculopathy-options'])
    expect(linesOf(rule, patient, {})[0]!.conflicts).toContainEqual(expect.objectContaining({ outcome: 'together' }));
});

describe('stimulation after two trials', () => {
  const patient: Given[] = [
    { m: 'phq-9.total', value: 19 },
    { drug: 'sertraline', as: 'stopped' },
    { drug: 'venlafaxine', as: 'stopped' },
  ];
  const item = (site: string, code: string): Given => ({ m: 'stimulation-contraindication', site, codes: [code] });
  const action = (...more: Given[]) => linesOf('stimulation-after-two-trials', [...patient, ...more], {})[0]!.action;
  it.each<[string, Given[], string]>([
    ['the list is not begun', [], 'is not asked: any navigation export stays blocked'],
    ['one item is not asked', [item('seizure', 'no'), item('hearing', 'not-asked')], 'hearing is not asked'],
    [
      'every item was asked',
      [item('seizure', 'no'), item('hearing', 'yes')],
      'Every item of the contraindication list was asked',
    ],
    ['the form says implant', [item('cochlear-implant', 'yes')], 'It is not proposed unless'],
    ['the form says mania', [item('bipolar-or-mania', 'yes')], 'Psychiatric review comes first'],
  ])('%s', (_, more, words) => {
    expect(action(...more)).toContain(words);
  });
});

describe('rows of label facts', () => {
  const estimate = (row: LabelFile['renal'][number], value: number): Given => ({
    m: estimates[row.estimate].measure,
    value,
    unit: 'mL/min',
  });
  it.each(
    label.renal.flatMap((row) => row.drugs.map((drug) => [`${drug} below ${row.below}`, drug, row] as const)),
  )('kidney: %s', (_, drug, row) => {
    const says = (value: number) =>
      linesOf('label-renal-dose', [{ drug }, estimate(row, value)], {}).filter(({ action }) =>
        action.includes(row.says),
      );
    expect(says(row.below - 0.1)).toHaveLength(1);
    expect(says(row.below - 0.1)[0]!.action).toContain(estimates[row.estimate].words);
    expect(says(row.below)).toEqual([]);
  });

  const doses = label.renal.flatMap((row) => (row.mostMgPerDay === undefined ? [] : [[row.drugs[0]!, row] as const]));
  it.each(doses)('a dose of %s above that of its row is for today', (drug, row) => {
    const most = row.mostMgPerDay!;
    const urgency = (dose: number) =>
      linesOf('label-renal-dose', [{ drug, dose }, estimate(row, row.below - 0.1)], {}).map((line) => line.urgency);
    expect([urgency(most + 1), urgency(most)]).toEqual([['now'], ['soon']]);
  });

  it('metformin below an eGFR of 30 is for today, above it is not', () => {
    const line = (value: number) =>
      linesOf('label-renal-dose', [{ drug: 'metformin' }, { m: estimates['ckd-epi'].measure, value }], {});
    expect(line(28)).toMatchObject([{ urgency: 'now', strength: { body: 'FDA' } }]);
    expect(line(31).map(({ urgency }) => urgency)).not.toContain('now');
  });

  it('names the drugs that kidney function concerns, and those that it says nothing of', () => {
    const listed = [{ drug: 'pregabalin', dose: 450 }, { drug: 'metformin' }, { drug: 'sertraline' }];
    const clearance = { m: estimates['cockcroft-gault'].measure, value: 40, unit: 'mL/min' };
    const { safetyChecks } = planOf([...listed, clearance], {});
    const check = safetyChecks.find((one) => one.check === 'renal-dose')!;
    expect(check).toMatchObject({ state: 'positive' });
    expect(check.statement).toContain('pregabalin');
    expect(check.statement).toContain('not assessed: metformin and sertraline');
    const [card] = cardsOf({ safetyChecks: [check], recommendations: [] }).cards;
    expect(card!.detail).toContain('not assessed: metformin and sertraline');
    expect(card!.summary).toContain('Dose by kidney function');
  });

  it.each(
    label.pregnancy.flatMap((row) => row.drugs.map((drug) => [drug, row] as const)),
  )('pregnancy: %s', (drug, row) => {
    const lines = (code: string) =>
      linesOf('label-pregnancy', [{ drug }, { m: 'pregnancy-status', codes: [code] }], {});
    expect(lines('pregnant')).toMatchObject([{ urgency: row.urgency }]);
    expect(lines('not-pregnant')).toEqual([]);
  });

  it.each(
    label.conditions.flatMap((row) =>
      row.drugs.flatMap((drug) => row.conditions.map((condition) => [drug, condition, row] as const)),
    ),
  )('condition: %s with %s', (drug, condition, row) => {
    expect(linesOf('label-condition', [{ drug }, { condition }], {})).toMatchObject([{ urgency: row.urgency }]);
    expect(linesOf('label-condition', [{ drug }, { condition: 'tonsil-surgery' }], {})).toEqual([]);
  });

  it.each(label.liver.flatMap((row) => row.drugs.map((drug) => [drug, row] as const)))('liver: %s', (drug, row) => {
    const flag = (site: string, code: string): Given => ({ m: 'lab-flag', site, codes: [code] });
    const alt = { m: 'lab', site: 'alt', value: 120, unit: 'U/L' };
    const lines = (...given: Given[]) => linesOf('label-liver', [{ drug }, alt, ...given], {});
    expect(lines(flag('alt', 'high'))).toMatchObject([{ urgency: 'soon', about: drug }]);
    expect(lines(flag('alt', 'high'))[0]!.action).toContain(row.says);
    expect(lines(flag('alt', 'high'))[0]!.action).toContain('120 U/L');
    expect(lines(flag('alt', 'high'), flag('bilirubin', 'high'))).toMatchObject([{ urgency: 'now' }]);
    expect(lines(flag('alt', 'within'), flag('bilirubin', 'high'))).toEqual([]);
    expect(linesOf('label-liver', [{ drug: 'sertraline' }, alt, flag('alt', 'high')], {})).toEqual([]);
  });

  it.each<[string, string, Given[], string]>([
    [
      'opioid-with-benzodiazepine',
      'cns-depressant',
      [{ drug: 'morphine' }, { drug: 'diazepam' }],
      'opioid-benzodiazepine',
    ],
    ['serotonergic-pair', 'serotonergic', [{ drug: 'sertraline' }, { drug: 'sumatriptan' }], 'serotonergic-pair'],
    ['anticoagulant-with-nsaid', 'bleeding', [{ drug: 'warfarin' }, { drug: 'ibuprofen' }], 'anticoagulant-nsaid'],
    ['bleeding-with-reuptake-inhibitor', 'bleeding', [{ drug: 'sertraline' }, { drug: 'ibuprofen' }], 'nsaid-reuptake'],
    ['label-qt', 'qt-prolonging', [{ drug: 'citalopram' }, { drug: 'methadone' }], 'qt-pair'],
  ])('the interaction that was found is evidence of %s, and one of other drugs is not', (rule, mechanism, drugs, row) => {
    const found = (code: string): Given => ({
      ...{ m: 'drug-interaction', site: mechanism, codes: ['warning'] },
      also: { 'interaction-row': code },
    });
    const [line] = linesOf(rule, [...drugs, found(row)], {});
    const id = findingOf(found(row), drugs.length).id;
    expect(line!.for.some(({ basis }) => basis.includes(id))).toBe(true);
    expect(line!.basis).toContain(id);
    if (rule !== 'label-qt') {
      const [other] = linesOf(rule, [...drugs, found('of-other-drugs')], {});
      expect(other!.basis).not.toContain(findingOf(found('of-other-drugs'), drugs.length).id);
    }
  });

  it.each([
    ['two opioids', 'tramadol', 'morphine', 'ibuprofen'],
    ['two benzodiazepines or sleeping drugs of their kind', 'lorazepam', 'zolpidem', 'mirtazapine'],
    ['two SSRIs or SNRIs', 'sertraline', 'duloxetine', 'mirtazapine'],
    ['two tricyclics', 'amitriptyline', 'clomipramine', 'sertraline'],
    ['two NSAIDs', 'ibuprofen', 'naproxen', 'paracetamol'],
    ['gabapentin with pregabalin', 'gabapentin', 'pregabalin', 'duloxetine'],
    ['two triptans', 'sumatriptan', 'rizatriptan', 'topiramate'],
  ])('%s', (about, one, two, other) => {
    expect(label.duplicates.map((row) => row.about)).toContain(about);
    const both = linesOf('label-duplicate', [{ drug: one }, { drug: two }], {}, about);
    expect(both).toHaveLength(1);
    expect(linesOf('label-duplicate', [{ drug: one }, { drug: other }], {}, about)).toEqual([]);
  });

  it('each class of duplicates has a pair above', () => {
    expect(label.duplicates).toHaveLength(7);
  });

  it('QT: two drugs, or one with a long QTc; one alone is silent', () => {
    expect(linesOf('label-qt', [{ drug: 'citalopram' }, { drug: 'methadone' }], {})).toHaveLength(1);
    const long = [{ drug: 'citalopram' }, { m: 'qtc-interval', value: 510, unit: 'ms' }];
    expect(linesOf('label-qt', long, {})).toMatchObject([{ urgency: 'now', verb: 'act-now' }]);
    expect(linesOf('label-qt', [{ drug: 'citalopram' }], {})).toEqual([]);
    const grade = (...drugs: string[]) =>
      linesOf(
        'label-qt',
        drugs.map((drug) => ({ drug })),
        {},
      ).map(({ strength }) => strength.grade);
    expect(grade('citalopram', 'methadone')).toEqual(['label warning']);
    expect(grade('amitriptyline', 'citalopram')).toEqual(['no grade: row not verified against the label']);
    expect(linesOf('label-qt', [{ drug: 'amitriptyline' }, { drug: 'citalopram' }], {})[0]!.action).toContain(
      'For amitriptyline and citalopram',
    );
    expect(grade('amitriptyline', 'sertraline')).toEqual([]);
    expect(linesOf('label-qt', long, {})[0]!.action).toContain('510 ms (formula not stated)');
  });
});
