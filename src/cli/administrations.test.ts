import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../forms/instrument.ts';
import { scoreRows } from '../psychosocial/scoreRows.ts';
import { administrationsOf } from './administrations.ts';

const instruments = loadInstruments();
const asOf = '2026-03-10';
const none = { tables: [], valueSets: [] };

function score(csv: string, id?: string) {
  const [header, ...rows] = csv.trim().split('\n');
  const table = {
    columns: header!.split(','),
    rows: rows.map((row) => row.split(',')),
    lines: rows.map((_, index) => index + 2),
  };
  const chosen = instruments.find((one) => one.id === id);
  return scoreRows(administrationsOf(table, instruments, asOf, chosen), none);
}
const codes = (result: { row: { issues: { code: string }[] } } | undefined) =>
  result?.row.issues.map(({ code }) => code);
const gad = 'id,date,item1,item2,item3,item4,item5,item6,item7';

describe('a table with one row an administration', () => {
  it('takes items by number, name, topic and LOINC code', () => {
    for (const [header, id] of [
      ['id,date,item1,item2,item3', 'peg'],
      ['id,date,1,2,3', 'peg'],
      ['id,date,PEG_1,PEG_2,PEG_3', 'peg'],
      ['id,date,pain,enjoyment,activity', 'peg'],
      ['id,date,68518-0,68519-8,68520-6', 'audit-c'],
    ] as const) {
      const [one] = score(`${header}\na,2026-01-01,1,2,3`, id);
      expect(one?.row, header).toMatchObject({ id: 'a', date: '2026-01-01', score: id === 'peg' ? 2 : 6 });
    }
  });

  it('compares each form with the one before of the same person, and names the published words', () => {
    const rows = [
      'a,2026-02-01,0,0,0,0,0,0,0',
      'a,2026-01-01,2,2,2,2,2,2,2',
      'b,2026-02-01,1,1,1,1,1,1,1',
      'a,2026-02-20,0,0,0,0,0,0,2',
    ];
    const [later, first, other, last] = score(`${gad}\n${rows.join('\n')}`, 'gad-7');
    expect(later?.row.reliableChange).toMatchObject({
      since: '2026-01-01',
      difference: -14,
      state: 'reliable improvement',
      course: 'reliable-recovery',
    });
    expect([first, other].map((one) => one?.row.reliableChange)).toEqual([undefined, undefined]);
    expect(last?.row.reliableChange).toMatchObject({
      since: '2026-02-01',
      state: 'no reliable change',
      important: [expect.stringContaining('1.5 points')],
    });
  });

  it('does not lose a positive safety answer in a column that stands twice', () => {
    const nine = Array.from({ length: 9 }, (_, index) => `item${index + 1}`).join(',');
    const [one] = score(`id,date,${nine},item9 (2)\na,2026-01-01,1,1,1,1,1,1,1,1,0,3`, 'phq-9');
    expect(codes(one)).toContain('answer-twice');
    expect(codes(one)).not.toContain('item-unknown');
    const [same] = score(`id,date,${nine},item9 (2)\na,2026-01-01,1,1,1,1,1,1,1,1,3,3`, 'phq-9');
    expect(same?.row.score).toBe(11);
  });

  it('compares many rows of one person in time, and of one day with the first of the day before', () => {
    const day = (index: number) =>
      `20${String(26 + Math.floor(index / 336)).padStart(2, '0')}-${String((Math.floor(index / 28) % 12) + 1).padStart(2, '0')}-${String((index % 28) + 1).padStart(2, '0')}`;
    const rows = Array.from({ length: 4_000 }, (_, index) => `a,${day(-index + 4_000)},0,0,0,0,0,0,${index % 4}`);
    const instrument = instruments.find(({ id }) => id === 'gad-7')!;
    const all = administrationsOf(
      { columns: gad.split(','), rows: rows.map((row) => row.split(',')), lines: rows.map((_, index) => index) },
      instruments,
      '2099-01-01',
      instrument,
    );
    const started = performance.now();
    const results = scoreRows(all, none);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(results[0]?.row.reliableChange).toMatchObject({ since: day(3_999), difference: -1 });
    const twice = score(
      `${gad}\na,2026-01-01,1,1,1,1,1,1,1\na,2026-01-01,2,2,2,2,2,2,2\na,2026-01-02,0,0,0,0,0,0,0`,
      'gad-7',
    );
    expect(twice[1]?.row.reliableChange).toBeUndefined();
    expect(twice[2]?.row.reliableChange).toMatchObject({ since: '2026-01-01', difference: -7 });
  });

  it('flags what cannot be, with its line', () => {
    const rows = [
      'a,2026-01-01,1,1,1,1,1,1,1',
      'a,2026-01-01,1,1,1,1,1,1,1',
      'a,2026-01-01,2,1,1,1,1,1,1',
      'a,2027-01-01,3,3,3,3,3,3,3',
      'a,03/04/2026,1,1,1,1,1,1,1',
      'a,2026-02-30,1,1,1,1,1,1,1',
      'a,2026-03-01,4,often,1.5,,,,',
    ];
    const results = score(`${gad}\n${rows.join('\n')}`, 'gad-7');
    expect(results.map((one) => codes(one))).toEqual([
      [],
      ['response-duplicate'],
      ['responses-differ'],
      ['response-future'],
      ['answers-undated'],
      ['answers-undated', 'response-duplicate'],
      ['answer-out-of-range', 'answer-unknown', 'answer-fractional'],
    ]);
    expect(results[1]?.row.issues[0]).toMatchObject({ place: 'line 3', message: expect.stringContaining('Line 2') });
    expect(results[6]?.row).toMatchObject({ score: null });
    expect(results[6]?.row.issues[0]?.place).toBe('line 8, item 1 (item1)');
    expect(results[3]?.row.reliableChange).toBeUndefined();
  });

  it('gives no score to the answers of another version', () => {
    const items = Array.from({ length: 29 }, (_, index) => `item${index + 1}`).join(',');
    const answers = Array.from({ length: 29 }, () => 3).join(',');
    const [old, own] = score(
      `id,date,version,${items}\na,2026-01-01,1.0,${answers}\nb,2026-01-01,2.1,${answers}`,
      'promis-29',
    );
    expect(Object.values(old!.row.subscales).every((value) => value === null)).toBe(true);
    expect(codes(own)).not.toContain('version-differs');
    expect(Object.values(own!.row.subscales)).toContain(12);
  });

  it('takes a date of no living person for none: a positive answer beside it is not old', () => {
    const results = score(
      `${gad}\na,0001-01-01,1,1,1,1,1,1,1\nb,1899-12-30,1,1,1,1,1,1,1\nc,1999-12-30,1,1,1,1,1,1,1`,
      'gad-7',
    );
    expect(results.map((one) => [one.row.date, codes(one)])).toEqual([
      [null, ['answers-undated']],
      [null, ['answers-undated']],
      ['1999-12-30', []],
    ]);
  });

  it('gives no score of a half-answered form and keeps the row', () => {
    const [one, empty] = score(`${gad}\na,2026-01-01,1,1,1,,,,\nb,2026-01-01,,NA,,,,,`, 'gad-7');
    expect([one, empty].map((result) => [result?.row.score, codes(result)])).toEqual([
      [null, ['items-missing']],
      [null, ['items-missing']],
    ]);
  });

  it('reports another version or another form', () => {
    const [longer] = score('id,item1,item2,item3\na,1,1,2', 'phq-2');
    expect(codes(longer)).toEqual(['item-unknown']);
    const [other] = score('id,instrument,item1,item2\na,GAD-2,1,1', 'phq-2');
    expect([other?.row.score, codes(other)]).toEqual([null, ['instrument-differs']]);
    const [old] = score('id,version,item29\na,v1.0,5', 'promis-29');
    expect(codes(old)).toContain('version-differs');
    const stated = score(
      `id,version,date,${Array.from({ length: 9 }, (_, index) => `item${index + 1}`).join(',')}
a,PHQ-8,2026-01-01,1,1,1,1,1,1,1,1,1
b,phq-9,2026-01-01,1,1,1,1,1,1,1,1,1
c,PHQ-2,2026-01-01,1,1,1,1,1,1,1,1,1`,
      'phq-9',
    );
    expect(stated.map((one) => [one.row.score, codes(one)])).toEqual([
      [9, ['version-unknown']],
      [9, []],
      [9, ['version-unknown']],
    ]);
    const totals = score('id,item1,item2,total\na,1,1,5\nb,1,1,2', 'phq-2');
    expect(totals.map(codes)).toEqual([['total-differs'], []]);
  });
});

describe('REDCap exports', () => {
  const header =
    'record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,phq2_timestamp,phq2_1,phq2_2,phq2_complete,gad2_date,gad2_1,gad2_2,race___1,comments';

  it('holds several forms a row, each with its own date, and leaves empty ones out', () => {
    const results = score(
      [
        header,
        '1,baseline_arm_1,,,2026-01-01 10:22:01,1,2,2,2026-01-02,0,1,1,x',
        '1,visit_arm_1,phq2,1,2026-02-01 09:00:00,3,3,2,,,,0,',
        '2,baseline_arm_1,,,,,,0,,,,1,y',
      ].join('\n'),
    );
    expect(
      results.map(({ administration, row }) => [administration.instrument.id, row.id, row.date, row.score]),
    ).toEqual([
      ['phq-2', '1', '2026-01-01T10:22:01', 3],
      ['gad-2', '1', '2026-01-02', 1],
      ['phq-2', '1', '2026-02-01T09:00:00', 6],
    ]);
  });

  it('does not take the choices of a checkbox for items', () => {
    expect(score('record_id,phq2___1,phq2___2\n1,0,1')).toEqual([]);
  });
});

describe('one row an answer', () => {
  it('puts the answers of one form and date together', () => {
    const results = score(
      'patient,questionnaire,date,item,answer\na,PHQ-2,2026-01-01,1,2\na,PHQ-2,2026-01-01,2,LA6571-9\na,GAD-2,2026-01-01,1,0\na,weather,2026-01-01,1,0',
    );
    expect(results.map(({ row }) => [row.score, codes({ row })])).toEqual([
      [5, []],
      [null, ['items-missing']],
    ]);
  });
});

describe('what a row says beside its score', () => {
  const row = (id: string, answers: readonly number[]) => {
    const header = answers.map((_, index) => `item${index + 1}`).join();
    return score(`id,${header}\na,${answers.join()}`, id)[0]!.row;
  };

  it('names groups and criteria where an instrument has them', () => {
    expect(row('start-back', [1, 1, 0, 0, 1, 1, 1, 0, 1])).toMatchObject({
      score: 6,
      subscales: { distress: 4 },
      band: 'high group (distress 4 or 5)',
      categories: { group: 'high' },
    });
    expect(row('eq-5d-5l', [1, 1, 2, 1, 2, 75])).toMatchObject({
      score: null,
      subscales: { vas: 75 },
      categories: { profile: '11212' },
    });
    expect(row('dass-21', Array(21).fill(1))).toMatchObject({
      score: null,
      subscales: { depression: 14, anxiety: 14, stress: 14 },
    });
  });

  it('gives no band of what is not verified, and says so', () => {
    const one = row('pain-spreading', [1, 1, 1, 1, 1, 1]);
    expect(one).toMatchObject({ score: 6, issues: [{ code: 'instrument-unverified' }] });
    expect(one).not.toHaveProperty('band');
    expect(row('pss-10', [4, 4, 4, 0, 0, 4, 0, 0, 4, 4])).toMatchObject({ score: 40 });
    expect(row('pss-10', [4, 4, 4, 0, 0, 4, 0, 0, 4, 4])).not.toHaveProperty('band');
  });
});
