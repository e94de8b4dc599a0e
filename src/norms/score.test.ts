import { describe, expect, it } from 'vitest';
import { changeOf } from './change.ts';
import { evaluateTable } from './evaluateTable.ts';
import { type FitOptions, fitReference } from './fitReference.ts';
import { referencesKnown } from './knowledge.ts';
import { canonicalName, matchColumns } from './names.ts';
import { type People, readPeople } from './people.ts';
import { centileReference } from './published.ts';
import { parseReference } from './reference.ts';
import { prepare, scorePerson, wholeBrain } from './score.ts';
import { syntheticPeople } from './testing.ts';

const make = {
  lh_A_thickness: (age: number, _male: number, noise: () => number) => 3 - age / 100 + 0.15 * noise(),
  'Left-Hippocampus': (age: number, male: number, noise: () => number) => 4200 - 6 * age + 300 * male + 300 * noise(),
};
const controls = syntheticPeople(200, 1, make);
const learn = (options: Partial<FitOptions> = {}) =>
  fitReference(controls, 'controls.csv', { model: 'blr', software: 'FreeSurfer 7.4.1', ...options }).reference;
const reference = learn();
const person = {
  id: 'x',
  ageYears: 40,
  male: 1 as const,
  software: 'FreeSurfer 7.4.1',
  values: [2.6, 4260],
  place: 'line 2',
};
const score = (change: object, of = reference) => {
  const people = { columns: Object.keys(make), people: [{ ...person, ...change }], issues: [] };
  return scorePerson(prepare(of, people, { name: 't.csv' }), people.people[0]!);
};
const codes = (result: ReturnType<typeof score>) => result.refused.map(({ issue }) => issue.code);

describe('connectivity', () => {
  const moved = syntheticPeople(120, 9, { VisualA_VisualB: (_age, _male, noise) => 0.9 + 0.1 * noise() });
  const withMotion = {
    ...moved,
    people: moved.people.map((one, k) => ({
      ...one,
      meanFdMm: 0.05 + 0.3 * (k / 120),
      values: [one.values[0]! - 2 * 0.3 * (k / 120)],
    })),
  };
  const { reference: of } = fitReference(withMotion, 'rest.csv', {
    ...{ model: 'blr', software: 'rest-connectome@0123abcd', quantity: 'connectivity' },
  });
  const at = (change: object) => {
    const one = { ...person, software: 'rest-connectome@0123abcd', values: [0.6], ...change };
    const people = { columns: ['VisualA_VisualB'], people: [one], issues: [] };
    return scorePerson(prepare(of, people, { name: 't.csv' }), one);
  };
  it('is read at the motion of the run', () => {
    expect(of.covariates).toEqual(['age', 'sex', 'mean_FD']);
    const [still, moving] = [0.05, 0.35].map((meanFdMm) => at({ meanFdMm }).scores[0]!);
    expect(still!.expected - moving!.expected).toBeCloseTo(0.6, 0);
    expect(moving!.z - still!.z).toBeGreaterThan(4);
  });
  it.each([
    ['motion-missing', {}],
    ['motion-beyond-limit', { meanFdMm: 0.7 }],
    ['method-foreign', { meanFdMm: 0.1, software: 'rest-connectome@ffffffff' }],
  ])('%s: no number', (code, change) => {
    expect(at(change)).toMatchObject({ scores: [], issues: [{ code }] });
  });
});

describe('a person against an own reference', () => {
  it('has z, centile, limits and what was expected', () => {
    const [thickness, volume] = score({}).scores;
    expect(thickness).toMatchObject({ measure: 'lh_A_thickness', unit: 'mm', flagged: false });
    expect(thickness!.expected).toBeCloseTo(2.6, 1);
    expect(volume!.centile).toBeGreaterThan(volume!.centileLimits[0]);
    expect(volume!.centile).toBeLessThan(volume!.centileLimits[1]);
    expect(score({ values: [2.6, 2900] }).scores[1]).toMatchObject({ flagged: true });
  });

  it.each([
    ['age-missing', { ageYears: undefined }],
    ['age-outside', { ageYears: 12 }],
    ['sex-missing', { male: undefined }],
    ['method-foreign', { software: 'meshnet-model18cls@74359425f3b5' }],
    ['method-foreign', { software: 'FreeSurfer 5.1' }],
  ])('%s: no number', (code, change) => {
    const result = score(change);
    expect(result.scores).toEqual([]);
    expect(new Set(codes(result))).toEqual(new Set([code]));
  });

  it.each([
    ['unit-implausible', [0.26, 4260]],
    ['unit-implausible', [2.6, 4.26]],
    ['value-zero', [2.6, 0]],
    ['column-empty', [undefined, 4260]],
  ])('%s: no number for that measure', (code, values) => {
    const result = score({ values });
    expect(codes(result)).toEqual([code]);
    expect(result.scores).toHaveLength(1);
  });

  it('of one sex alone refuses the other', () => {
    const men = { ...controls, people: controls.people.filter(({ male }) => male === 1) };
    const own = fitReference(men, 'men.csv', { model: 'gaussian' }).reference;
    expect(own.sexes).toBe('male');
    expect(new Set(codes(score({ male: 0 }, own)))).toEqual(new Set(['sex-outside']));
  });

  it('says how often each reference holds people it was not learnt from', () => {
    const test = syntheticPeople(1500, 2, make);
    for (const of of [reference, learn({ warp: true }), learn({ model: 'shash' })]) {
      const scorer = prepare(of, test, { name: 't.csv' });
      const rows = evaluateTable(
        scorer,
        test.people.map((one) => scorePerson(scorer, one)),
      );
      for (const { zSd, tails, mace, bySex } of rows) {
        expect(Math.abs(zSd - 1)).toBeLessThan(0.12);
        expect(tails.above196).toBeLessThan(0.07);
        expect(mace).toBeLessThan(0.04);
        expect(bySex.male.n + bySex.female.n).toBe(scorer.reference === of ? rows[0]!.n : 0);
      }
    }
  });
});

describe('tables', () => {
  it('refuse columns of zeros and of one value', () => {
    const people = {
      columns: Object.keys(make),
      people: [1, 2, 3].map((id) => ({ ...person, id: String(id), values: [0, 4000] })),
      issues: [],
    };
    const { refused } = prepare(reference, people, { name: 't.csv' });
    expect([...refused].map(([measure, { code }]) => [measure, code])).toEqual([
      ['lh_A_thickness', 'column-zero'],
      ['Left-Hippocampus', 'column-constant'],
    ]);
  });

  it('with a sex of 2 have no sex', () => {
    const { people, issues } = readPeople(
      {
        columns: ['age', 'SEX'],
        rows: [
          ['30', '2'],
          ['31', '1'],
        ],
        lines: [2, 3],
      },
      't.csv',
    );
    expect(issues.map(({ code }) => code)).toEqual(['sex-coding']);
    expect(people.every(({ male }) => male === undefined)).toBe(true);
  });

  it('an unknown site needs controls, and few controls give no flag', () => {
    const two = fitReference(
      { ...controls, people: controls.people.map((one, i) => ({ ...one, site: i % 2 ? 'A' : 'B' })) },
      'two.csv',
      { model: 'blr' },
    ).reference;
    expect(new Set(codes(score({ site: 'C' }, two)))).toEqual(new Set(['site-unknown']));
    const people = { columns: Object.keys(make), people: [{ ...person, site: 'C', values: [1.5, 1500] }], issues: [] };
    const few = syntheticPeople(10, 4, make, 'C');
    const scorer = prepare(two, people, { name: 't.csv', controls: few });
    expect(scorer.issues.map(({ code }) => code)).toEqual(['controls-few']);
    const { scores } = scorePerson(scorer, people.people[0]!);
    expect(scores.map(({ z, flagged }) => [z < -2, flagged])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('too few people teach nothing', () => {
    expect(() =>
      fitReference({ ...controls, people: controls.people.slice(0, 14) }, 'few.csv', { model: 'blr' }),
    ).toThrow(/14 people/);
  });
});

it('the count of regions stands beside what is expected and what people of the reference have', () => {
  const all = wholeBrain(reference, score({}).scores);
  expect(all).toMatchObject({ regions: 2, beyond: 0, flagged: false });
  expect(all.expected).toBeCloseTo(0.091, 3);
  expect(all.range).toHaveLength(2);
  expect(wholeBrain(reference, score({}).scores.slice(0, 1)).range).toBeUndefined();
});

it('people who were scanned twice give the SD of a change', () => {
  const again = syntheticPeople(20, 1, make).people.map((one) => ({
    ...one,
    values: one.values.map((value) => value! * 1.01),
  }));
  const own = fitReference({ ...controls, people: [...controls.people, ...again] }, 'twice.csv', {
    model: 'blr',
  }).reference;
  expect(own.n).toBe(200);
  expect(own.retest?.['Left-Hippocampus']?.n).toBe(20);
});

it('names of one measure meet; a copy of a column does not count', () => {
  const { aliases } = referencesKnown();
  expect(canonicalName('lh_G&S_subcentral_thickness', aliases)).toBe(
    canonicalName('lh_G_and_S_subcentral', aliases, 'thickness'),
  );
  expect(canonicalName('L_bankssts', aliases, 'area')).toBe('lh_bankssts_area');
  expect(canonicalName('Left.Thalamus', aliases)).toBe(canonicalName('Left-Thalamus-Proper', aliases));
  const columns = matchColumns(['Left-Thalamus-Proper', 'CSF'], ['Left-Thalamus', 'CSF', 'CSF.1'], aliases);
  expect([...columns]).toEqual([
    ['Left-Thalamus-Proper', 0],
    ['CSF', 1],
  ]);
});

it('centile tables reach as far as their ages, by sex, and bring their sentence along', () => {
  const table = (shift: number) =>
    [
      'VarName,Age,centile_5,centile_25,centile_50,centile_75,centile_95',
      ...[40, 50].map((age) => `Hippocampus,${age},${[3, 3.5, 4, 4.5, 5].map((one) => 1000 * one + shift).join(',')}`),
    ].join('\n');
  const own = centileReference(table(0), table(500));
  expect(own.sentence).toMatch(/neither recommended nor advised/);
  const people = {
    columns: ['Hippocampus'],
    people: [{ ...person, ageYears: 45, software: 'DLMUSE', values: [3500] }],
    issues: [],
  };
  const scorer = prepare(own, people, { name: 't.csv' });
  expect(scorePerson(scorer, people.people[0]!).scores[0]!.centile).toBeCloseTo(5, 6);
  expect(scorePerson(scorer, { ...people.people[0]!, male: 0 }).scores[0]!.centile).toBeCloseTo(25, 6);
  expect(scorePerson(scorer, { ...people.people[0]!, ageYears: 60 }).scores).toEqual([]);
});

it('a reference whose noise is not what its hyperparameters say is refused', () => {
  expect(() => parseReference('{', 'x')).toThrow(/not JSON/);
  const odd = structuredClone(reference);
  const model = odd.models['Left-Hippocampus']!;
  if (model.type === 'blr') model.noiseVar *= 2;
  expect(() => parseReference(JSON.stringify(odd), 'x')).toThrow(/noise/);
});

describe('controls of a site', () => {
  const table = (rows: People['people']) => ({ columns: Object.keys(make), people: rows, issues: [] });
  const read = (controls: People, change: object, of = reference) => {
    const one = { ...person, site: 'B', ...change };
    const scorer = prepare(of, table([one]), { name: 't.csv', controls });
    return { scorer, scored: scorePerson(scorer, one), codes: scorer.issues.map(({ code }) => code) };
  };
  const here = syntheticPeople(40, 3, make, 'B');

  it('count once however often they were scanned', () => {
    const once = read(here, {});
    const twice = read({ ...here, people: [...here.people, ...here.people] }, {});
    expect(twice.codes).toContain('controls-repeated');
    expect(twice.scored.scores).toEqual(once.scored.scores);
  });

  it('of one sex or another age do not speak for everybody, and that is said', () => {
    const women = { ...here, people: here.people.filter(({ male }) => male === 0) };
    expect(read(women, {}).scored.issues.map(({ code }) => code)).toEqual(['controls-other-sex']);
    expect(read(women, { male: 0 }).scored.issues).toEqual([]);
    const young = { ...here, people: here.people.filter(({ ageYears }) => ageYears! < 35) };
    expect(read(young, { ageYears: 60 }).scored.issues.map(({ code }) => code)).toEqual(['controls-other-age']);
    expect(read(young, { ageYears: 36 }).scored.issues).toEqual([]);
  });

  it('of another site than the only one of the reference leave a person without a site unread', () => {
    const oneSite = fitReference(syntheticPeople(200, 1, make, 'A'), 'a.csv', { model: 'blr' }).reference;
    const { site: _, ...nowhere } = { ...person, site: '' };
    const scorer = prepare(oneSite, table([nowhere]), { name: 't.csv', controls: here });
    expect(scorePerson(scorer, nowhere).issues.map(({ code }) => code)).toEqual(['site-missing']);
    expect(scorePerson(prepare(oneSite, table([nowhere]), { name: 't.csv' }), nowhere).scores).toHaveLength(2);
  });
});

it('people of two sites with one number are two people, and rows of one site two scans', () => {
  const [a, b] = [syntheticPeople(30, 1, make, 'A'), syntheticPeople(30, 2, make, 'B')];
  const same = (people: People['people']) => people.map((one, k) => ({ ...one, id: `${k + 1}` }));
  const both = { ...a, people: [...same(a.people), ...same(b.people)] };
  const own = fitReference(both, 'c.csv', { model: 'blr' }).reference;
  expect([own.n, own.retest]).toEqual([60, undefined]);
  const again = {
    ...a,
    people: [...same(a.people), ...same(a.people.map((one) => ({ ...one, values: [2.5, 4000] })))],
  };
  expect(fitReference(again, 'c.csv', { model: 'blr' }).reference.retest?.['lh_A_thickness']?.n).toBe(30);
});

it('a change is held against people scanned twice, with the tails of so few', () => {
  const of = { ...reference, retest: { lh_A_thickness: { sd: 0.5, n: 8 } } };
  // 2.306: 97.5 % of Student's distribution with 8 degrees of freedom (tables).
  expect(changeOf(of, 'lh_A_thickness', 0, 0).smallestReal).toBeCloseTo(0.5 * 2.306, 4);
  expect(changeOf(of, 'lh_A_thickness', 0.2, 0.2 - 0.5 * 2.306).z).toBeCloseTo(-1.96, 3);
  expect(changeOf(of, 'Left-Hippocampus', 0, 1)).toEqual({ measure: 'Left-Hippocampus', difference: 1 });
});

it('tables of DLMUSE and SynthSeg state their software by their columns, whatever the columns are called', () => {
  const numbers = Array.from({ length: 25 }, (_, k) => String(100 + k)).concat('47', '702');
  const dlmuse = readPeople(
    {
      columns: ['MRID', 'Age', 'Sex', ...numbers.map((n) => `DL_MUSE_Volume_${n}`)],
      rows: [['s1', '50', 'M', ...numbers]],
      lines: [2],
    },
    't.csv',
  );
  expect(dlmuse.people[0]).toMatchObject({ id: 's1', software: 'DLMUSE' });
  expect([...matchColumns(['Hippocampus_R', 'ICV'], dlmuse.columns, []).values()]).toEqual([28, 29]);
  const synthSeg = [
    'column 1',
    'total intracranial',
    'left cerebral white matter',
    'left cerebral cortex',
    'left lateral ventricle',
    'left thalamus',
    'age',
    'sex',
  ];
  const rows = [['x', '1500000', '220000', '240000', '9000', '7000', '50', 'F']];
  const people = readPeople({ columns: synthSeg, rows, lines: [2] }, 't.csv');
  const of = { ...reference, family: 'FreeSurfer', models: { 'Left-Thalamus': reference.models['Left-Hippocampus']! } };
  const scored = scorePerson(prepare(of, people, { name: 't.csv' }), people.people[0]!);
  expect(scored.issues.map(({ code }) => code)).toEqual(['method-foreign']);
});

it('an age that is none counts as missing and is said', () => {
  const people = readPeople(
    {
      columns: ['id', 'age'],
      rows: [
        ['a', '150'],
        ['b', 'fifty'],
        ['c', ''],
      ],
      lines: [2, 3, 4],
    },
    't.csv',
  );
  expect(people.issues).toMatchObject([{ code: 'age-unreadable', place: 't.csv, line 2' }]);
  expect(people.issues[0]!.message).toContain('2 ages');
});
