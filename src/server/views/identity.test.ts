import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Identity } from '../../dossier/subject.ts';
import { loadInstruments } from '../../forms/instrument.ts';
import { loadRules } from '../../plan/loadRules.ts';
import { fold } from '../roster/fold.ts';
import { withoutIdentity } from './identity.ts';

const dossier = {
  subject: { id: 'S0001', label: 'S0001' },
  sources: [],
  facts: [],
  findings: [],
} as unknown as Dossier;
const identities = [{ name: 'MUSTER^EVA', value: 'MRN-77', birthDate: '1961-03-07' }] as unknown as Identity[];
const seen = (text: string) => withoutIdentity({ text }, dossier, identities).text;

describe('withoutIdentity', () => {
  it.each([
    '1961-03-07',
    '19610307',
    '07.03.1961',
    '7.3.1961',
    '3/7/1961',
    '07/03/1961',
    '7 March 1961',
    '7 Mar 1961',
    'March 7, 1961',
    '7. März 1961',
    'Eva',
    'MRN-77',
  ])('withholds %s', (text) => {
    expect(seen(`born ${text}.`)).toBe('born [withheld].');
  });

  it('leaves other days alone', () => {
    expect(seen('scan of 2026-03-07, 17.03.1961')).toBe('scan of 2026-03-07, 17.03.1961');
  });
});

const named = (name: string, text: string, label = 'S0001') =>
  withoutIdentity({ text }, { ...dossier, subject: { ...dossier.subject, label } }, [
    { name, value: 'Q-881', system: 'x' },
  ] as unknown as Identity[]).text;

describe('known names', () => {
  it.each([
    ['Müller^Jürgen', 'MULLER, seen with Jurgen', '[withheld], seen with [withheld]'],
    ['Müller^Jürgen', 'Mueller/Juergen', '[withheld]/[withheld]'],
    ['Mueller^Hans', 'Herr Müller', 'Herr [withheld]'],
    ['Müller^Jürgen', 'Mu\u0308ller', '[withheld]'],
    ['Müller^Jürgen', 'muellerjuergen_t1.nii, JuergenMueller2019', '[withheld]_t1.nii, [withheld]2019'],
    ['Müller^Jürgen', 'scan_of_Jürgen', 'scan_of_[withheld]'],
    ['Quillfeather^Z', 'preQuillfeatherpost', '[withheld]'],
    [
      'Ng^Li',
      'Li Ng, LI^NG, li_ng and Ng alone',
      '[withheld] [withheld], [withheld]^[withheld], [withheld]_[withheld] and [withheld] alone',
    ],
    ['Ng^Li', 'using the li of ng/ml', 'using the li of ng/ml'],
    ['李^小龙', '李小龙先生 seen', '[withheld] seen'],
    ["O'Brien^Seán", "Sean O'Brien", "[withheld] O'[withheld]"],
  ])('of %s: %s', (name, text, expected) => {
    expect(named(name, text)).toBe(expected);
  });

  it('leave ordinary words alone, unless they stand as a name does', () => {
    expect(named('Pain^Young', 'no pain in young people')).toBe('no pain in young people');
    expect(named('Pain^Young', 'seen: Young Pain')).toBe('seen: [withheld] [withheld]');
    expect(named('Nobody^Ann', 'a scan', 'SYNTHETIC PAIN')).toBe('a scan');
    expect(named('Nobody^Ann', 'of SYNTHETIC PAIN', 'SYNTHETIC PAIN')).toBe('of [withheld]');
  });

  it('are never looked for inside of labels and sentences of the program', () => {
    expect(named('Self^Harm', 'Thoughts of self-harm')).toBe('Thoughts of self-harm');
    expect(named('Allergies^Max', 'Allergies and intolerances: not assessed. Told by Max.')).toBe(
      'Allergies and intolerances: not assessed. Told by [withheld].',
    );
  });
});

it('fields that hold identity are emptied by their name, whatever stands in them', () => {
  const view = {
    id: 'S0001',
    label: 'Any Words',
    identifiers: [{ value: '7', systems: ['here'] }],
    birthDate: 'in spring',
    path: 'x',
    rooms: [{ label: 'Any Words' }],
  };
  expect(withoutIdentity(view, dossier, [])).toEqual({
    id: 'S0001',
    label: 'S0001',
    identifiers: [{ value: '[withheld]', systems: ['[withheld]'] }],
    birthDate: '[withheld]',
    path: '[withheld]',
    rooms: [{ label: 'Any Words' }],
  });
});

it('names are withheld from units and modalities of a record, and codes of these are left', () => {
  const of = (unit: string, modality: string) => withoutIdentity({ unit, modality }, dossier, identities);
  expect(of('mg/dL for Eva Muster', 'MUSTER')).toEqual({
    unit: 'mg/dL for [withheld] [withheld]',
    modality: '[withheld]',
  });
  expect(of('mL/min/1.73 m2', 'answers')).toEqual({ unit: 'mL/min/1.73 m2', modality: 'answers' });
  expect(
    withoutIdentity({ unit: 'mmol/L' }, dossier, [{ name: 'Mmol^L', value: 'x' }] as unknown as Identity[]),
  ).toEqual({
    unit: 'mmol/L',
  });
});

const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzäöüßéèçñøåłš');
const part = fc
  .array(letters, { minLength: 3, maxLength: 10 })
  .map((found) => found.join('').replace(/^./, (first) => first.toUpperCase()))
  .filter((name) => fold(name).length > 2);
const forms: ((a: string, b: string) => string)[] = [
  (a, b) => `${a} ${b}`,
  (a, b) => `${b.toUpperCase()}, ${a}`,
  (a, b) => `${a}^${b}^^`.toLowerCase(),
  (a, b) => `${a}${b}`,
  (a, b) => `${fold(a)}_${fold(b)}_2019`,
  (a, b) => `${a.normalize('NFD')}-${b.normalize('NFD')}`,
  (a, b) => `t1${a}(${b})`,
];

describe('whatever the name', () => {
  it('none of its parts is left, in whatever form it stands', () => {
    fc.assert(
      fc.property(part, part, fc.constantFrom(...forms), (given, family, form) => {
        const said = named(`${family}^${given}`, `17: ${form(given, family)}; 42`);
        expect(said).toMatch(/^17: .*; 42$/s);
        const left = fold(said.replaceAll('[withheld]', ' ')).split(/[^a-z]+/);
        for (const one of [given, family]) expect(left).not.toContain(fold(one));
      }),
      { numRuns: 400 },
    );
  });

  it('labels of questions, rules and questionnaires stand as they are, even when the name is a word of them', () => {
    const { checks, rules } = loadRules();
    const labels = [
      ...checks.flatMap(({ display, statements }) => [display, statements.notAssessed.replace(/\{[^}]*\}/g, '7')]),
      ...rules.map(({ title }) => title),
      ...loadInstruments().flatMap(({ display, scales }) => [display, ...scales.map((scale) => scale.display)]),
    ];
    const wordsOf = (label: string) => label.match(/\p{L}{2,}/gu) ?? ['none'];
    fc.assert(
      fc.property(fc.constantFrom(...labels), fc.nat(), fc.nat(), (label, i, j) => {
        const found = wordsOf(label);
        const name = `${found[i % found.length]}^${found[j % found.length]}`;
        expect(named(name, label)).toBe(label);
      }),
      { numRuns: 400 },
    );
  });

  it('what was withheld once is withheld twice, and nothing else', () => {
    fc.assert(
      fc.property(part, part, fc.string({ maxLength: 60 }), (given, family, text) => {
        const once = named(`${family}^${given}`, text);
        expect(named(`${family}^${given}`, once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});
