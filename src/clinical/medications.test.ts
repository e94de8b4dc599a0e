import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../knowledge/load.ts';
import { dailyDose } from './dose.ts';
import { classesOf, ingredientsOf, loadDrugs } from './drugs.ts';
import { inhibitorsOnList, parseInhibitors } from './inhibitors.ts';
import { reconcileMedications } from './medications.ts';
import { morphineEquivalents } from './opioids.ts';
import { medicationFact, plainFact } from './testing.ts';

const today = { asOf: '2026-11-24', staleAfterDays: 90 };
const line = (facts: ReturnType<typeof medicationFact>[], name: string) =>
  reconcileMedications(facts, today).lines.find((one) => one.ingredient === name);

describe('ingredientsOf', () => {
  const names = (display: string, system = 'text', code = display) =>
    ingredientsOf([{ system, code, display }], '').map((drug) => drug.name);

  it('knows ingredients by code, name, salt, other names and trade names', () => {
    expect(names('x', 'RxNorm', '10689')).toEqual(['tramadol']);
    expect(names('x', 'ATC', 'N06AX21')).toEqual(['duloxetine']);
    expect(names('12 HR tramadol hydrochloride 100 MG Extended Release Oral Tablet', 'RxNorm', '833709')).toEqual([
      'tramadol',
    ]);
    expect(names('Rifampicin 300 mg')).toEqual(['rifampin']);
    expect(names('Klonopin 0.5 MG')).toEqual(['clonazepam']);
  });

  it('splits combined products and reads whole words only', () => {
    expect(names('acetaminophen 300 MG / codeine phosphate 30 MG Oral Tablet')).toEqual(['codeine', 'paracetamol']);
    expect(names('Hydromorphone 2 mg')).toEqual(['hydromorphone']);
    expect(names('desvenlafaxine 50 mg')).toEqual(['desvenlafaxine']);
    expect(names('Sunscreen')).toEqual([]);
  });

  it('covers every drug that the plan and the inhibitor table name', () => {
    const known = loadDrugs().byName;
    for (const name of [
      'clonazepam',
      'naloxone',
      'carbamazepine',
      'tramadol',
      'codeine',
      'amitriptyline',
      'celecoxib',
    ]) {
      expect(known.get(name)?.atc.length, name).toBeGreaterThan(0);
    }
    for (const row of parseInhibitors(loadKnowledge('clinical/inhibitors.json').data)) {
      expect(known.has(row.drug), row.drug).toBe(true);
    }
  });

  it('gives classes by ATC prefix', () => {
    const of = (name: string) => classesOf(loadDrugs().byName.get(name)!);
    expect(of('clonazepam')).toContain('benzodiazepine');
    expect(of('codeine')).toContain('opioid');
    expect(of('methadone')).toContain('opioid');
    expect(of('amitriptyline')).toEqual(expect.arrayContaining(['tca', 'antidepressant']));
    expect(of('duloxetine')).toContain('snri');
    expect(of('linezolid')).toContain('maoi');
    expect(of('celecoxib')).toContain('nsaid');
    expect(of('naloxone')).toEqual(['opioid-antagonist']);
    // Shares an ATC group with codeine and is no opioid to be added up or weaned.
    expect(of('dextromethorphan')).toEqual([]);
  });
});

describe('dailyDose', () => {
  const dose = (name: string, amount: [number, string], perDay: number | undefined, names: string[]) =>
    dailyDose(medicationFact('f', name, { dose: amount, ...(perDay === undefined ? {} : { perDay }) }), names);

  it('multiplies dose and times a day in milligrams', () => {
    expect(dose('tramadol', [50, 'mg'], 4, ['tramadol'])).toEqual({ value: 200, unit: 'mg/d', from: 'stated' });
    expect(dose('levothyroxine', [100, 'ug'], 1, ['levothyroxine'])).toMatchObject({ value: 0.1 });
    expect(dose('fentanyl', [25, 'ug/h'], undefined, ['fentanyl'])).toEqual({
      value: 25,
      unit: 'ug/h',
      from: 'stated',
    });
  });

  it('takes the strength of the right ingredient from a product name', () => {
    const product = 'acetaminophen 300 MG / codeine phosphate 30 MG Oral Tablet';
    expect(dose(product, [2, '1'], 3, ['codeine'])).toEqual({ value: 180, unit: 'mg/d', from: 'strength' });
    expect(dose('morphine 2 MG/ML Oral Solution', [1, '1'], 3, ['morphine'])).toBeUndefined();
  });

  it('says nothing without dose or frequency', () => {
    expect(dose('tramadol', [50, 'mg'], undefined, ['tramadol'])).toBeUndefined();
    expect(dailyDose(medicationFact('f', 'tramadol', { perDay: 3 }), ['tramadol'])).toBeUndefined();
    expect(dose('tramadol', [5, 'mL'], 3, ['tramadol'])).toBeUndefined();
  });
});

describe('reconcileMedications', () => {
  it('lets the newest entry decide, whatever came before', () => {
    const old = medicationFact('f1', 'Tramadol 50 mg', { statedAt: '2026-01-01', status: 'active' });
    const stop = medicationFact('f2', 'tramadol', { statedAt: '2026-06-01', status: 'stopped' });
    const again = medicationFact('f3', 'tramadol', { statedAt: '2026-10-01', dose: [50, 'mg'], perDay: 4 });
    expect(line([old, stop], 'tramadol')).toMatchObject({
      status: 'stopped',
      statedAt: '2026-06-01',
      facts: ['f2', 'f1'],
    });
    expect(line([old, stop, again], 'tramadol')).toMatchObject({
      status: 'active',
      since: '2026-01-01',
      daily: { value: 200 },
    });
  });

  it('keeps a drug on the list that one date states both ways, and says so', () => {
    const facts = [
      medicationFact('f1', 'paroxetine', { statedAt: '2026-10-01', status: 'stopped' }),
      medicationFact('f2', 'paroxetine', { statedAt: '2026-10-01' }),
    ];
    const list = reconcileMedications(facts, today);
    expect(list).toMatchObject({ contradictory: true, state: 'current' });
    expect(list.lines[0]).toMatchObject({ status: 'active' });
  });

  it('calls as needed, planned, on hold and merely dispensed what they are', () => {
    expect(line([medicationFact('f1', 'clonazepam', { asNeeded: true })], 'clonazepam')?.status).toBe('as-needed');
    expect(line([medicationFact('f1', 'amitriptyline', { status: 'planned' })], 'amitriptyline')?.status).toBe(
      'planned',
    );
    expect(line([medicationFact('f1', 'warfarin', { status: 'unknown' })], 'warfarin')?.status).toBe('unclear');
    const dispensed = medicationFact('f1', 'warfarin', { status: 'completed', isEvent: true, at: '2026-11-01' });
    expect(line([dispensed], 'warfarin')?.status).toBe('unclear');
  });

  it('leaves out what was entered in error', () => {
    expect(reconcileMedications([medicationFact('f1', 'warfarin', { status: 'entered-in-error' })], today).state).toBe(
      'absent',
    );
  });

  it('tells current, stale, undated, absent and stated empty apart', () => {
    const tramadol = medicationFact('f1', 'tramadol', { statedAt: '2026-01-01' });
    const review = plainFact('l1', 'medication-list', { at: '2026-11-01' });
    expect(reconcileMedications([tramadol], today)).toMatchObject({ state: 'stale', dateIs: 'last-stated' });
    expect(reconcileMedications([tramadol, review], today)).toMatchObject({
      state: 'current',
      date: '2026-11-01',
      dateIs: 'reviewed',
    });
    expect(reconcileMedications([medicationFact('f1', 'tramadol')], today)).toMatchObject({ state: 'stale' });
    expect(reconcileMedications([review], today)).toMatchObject({ state: 'current', statedEmpty: true });
    expect(reconcileMedications([], today)).toMatchObject({ state: 'absent', statedEmpty: false });
  });

  it('keeps what it does not know under its own name', () => {
    expect(line([medicationFact('f1', 'Zorblaxin 20 MG Oral Tablet')], 'zorblaxin')).toMatchObject({
      known: false,
      classes: [],
    });
  });

  it('keeps what is used on the skin apart from what is swallowed', () => {
    const { lines } = reconcileMedications([medicationFact('f1', 'terbinafine 10 MG/ML Topical Cream')], today);
    expect(lines).toMatchObject([{ ingredient: 'terbinafine, topical', known: false, issues: [] }]);
    expect(inhibitorsOnList(lines, 'CYP2D6')).toEqual([]);
  });

  it('warns of two active entries with different doses', () => {
    const facts = [
      medicationFact('f1', 'tramadol', { statedAt: '2026-09-01', dose: [100, 'mg'], perDay: 2 }),
      medicationFact('f2', 'tramadol', { statedAt: '2026-10-01', dose: [50, 'mg'], perDay: 1 }),
    ];
    expect(line(facts, 'tramadol')?.issues.map((one) => one.code)).toContain('medication-several-entries');
  });
});

describe('inhibitorsOnList', () => {
  const { lines } = reconcileMedications([
    medicationFact('f1', 'duloxetine'),
    medicationFact('f2', 'paroxetine', { asNeeded: true }),
    medicationFact('f3', 'fluoxetine', { status: 'stopped' }),
    medicationFact('f4', 'sertraline'),
    medicationFact('f5', 'carbamazepine'),
  ]);

  it('names what is taken, the strongest first, with its source', () => {
    const found = inhibitorsOnList(lines, 'CYP2D6');
    expect(found.map(({ drug, strength, verified }) => [drug, strength, verified])).toEqual([
      ['paroxetine', 'strong', true],
      ['duloxetine', 'moderate', true],
      ['sertraline', 'weak', true],
    ]);
    expect(inhibitorsOnList(lines, 'CYP3A4')).toMatchObject([{ drug: 'carbamazepine', effect: 'inducer' }]);
    expect(inhibitorsOnList(lines, 'CYP1A2')).toEqual([]);
  });
});

describe('morphineEquivalents', () => {
  const mme = (...facts: ReturnType<typeof medicationFact>[]) => morphineEquivalents(reconcileMedications(facts).lines);

  it('reproduces the factors of CDC 2022', () => {
    expect(mme(medicationFact('f1', 'tramadol', { dose: [50, 'mg'], perDay: 4 }))?.value).toBe(40);
    expect(mme(medicationFact('f1', 'fentanyl', { dose: [25, 'mcg/h'] }))?.value).toBe(60);
    expect(
      mme(
        medicationFact('f1', 'oxycodone', { dose: [10, 'mg'], perDay: 2 }),
        medicationFact('f2', 'codeine', { dose: [30, 'mg'], perDay: 2 }),
      )?.value,
    ).toBe(39);
  });

  it('refuses a sum that would leave an opioid out', () => {
    const partial = mme(
      medicationFact('f1', 'tramadol', { dose: [50, 'mg'], perDay: 4 }),
      medicationFact('f2', 'morphine'),
    );
    expect(partial).toMatchObject({ reason: 'dose-unknown' });
    expect(partial?.value).toBeUndefined();
    expect(mme(medicationFact('f1', 'buprenorphine', { dose: [8, 'mg'], perDay: 1 }))).toMatchObject({
      reason: 'opioid-without-factor',
    });
    expect(mme(medicationFact('f1', 'ibuprofen'))).toBeUndefined();
  });
});
