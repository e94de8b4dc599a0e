import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TrialPlan, trialsOf } from '../../dossier/trial.ts';
import { scheduleCsv } from '../../nof1/calendar.ts';
import { freezeTrial } from '../../nof1/freeze.ts';
import { openStore } from '../../store/open.ts';
import { defaultLimits } from '../format.ts';
import { recognise } from '../formats.ts';
import { importFolder } from '../import.ts';
import { fileOf, folderOf } from '../testing.ts';
import { type TrialPiece, trialFormat } from './format.ts';

const frozen = freezeTrial(
  TrialPlan.parse({
    title: 'drug against placebo',
    treatment: 'Drug',
    comparison: 'Placebo',
    measure: 'pain',
    seed: '3',
    design: { type: 'pairs', cycles: 3, periodDays: 2 },
    sideEffect: { measure: 'nausea', stopAt: 7 },
  }),
  '2026-03-01',
  '2026-02-20T08:00:00Z',
);
const planText = JSON.stringify({ ...frozen, schedules: 8, minimumP: 0.25 }, undefined, 1);
/** The table of the schedule with these answers: `treatment` as drawn unless said otherwise. */
const table = (values: readonly string[], header = 'date,day,treatment,value,side_effect') =>
  [header, ...values].map((line) => `${line}\n`).join('');
const rowOf = (day: number, value: string, letter = frozen.schedule[0]![day - 1]!) =>
  `2026-03-0${day},${day},${letter},${value},`;

async function read(content: string) {
  const file = fileOf('x', content);
  expect(recognise(file)?.id).toBe('trial');
  return trialFormat.read(file, defaultLimits);
}

async function assembled(files: Record<string, string>) {
  const pieces: { path: string; piece: TrialPiece }[] = [];
  for (const [path, content] of Object.entries(files)) {
    const one = await read(content);
    if ('refused' in one) throw new Error(one.refused.code);
    pieces.push({ path, piece: one.piece });
  }
  return trialFormat.assemble(pieces);
}

describe('a trial in the imported folder', () => {
  it('is recognised by plan and by the table that was written for it', async () => {
    expect(await read(planText)).toMatchObject({ piece: { kind: 'plan', trial: frozen }, issues: [] });
    expect(await read(scheduleCsv(frozen))).toMatchObject({ piece: { kind: 'days' } });
    for (const other of ['date,treatment,value,ferritin\n1,2,3,4\n', 'date,value\n2026-01-01,3\n', 'drug,dose\nx,3\n'])
      expect(recognise(fileOf('x', other))?.id).not.toBe('trial');
  });

  it('is a source whose table is a diary under the code of its question; empty days say nothing', async () => {
    const days = table([rowOf(1, '4'), rowOf(2, ''), '2026-03-03,3,,5,2']);
    const { drafts, issues } = await assembled({ 'p/t.json': planText, 'p/t.csv': days });
    expect(issues).toEqual([]);
    expect(drafts).toHaveLength(1);
    const [{ trial, facts, files, source }] = drafts as [(typeof drafts)[0]];
    expect([trial, files, source.issues]).toEqual([frozen, ['p/t.json', 'p/t.csv'], []]);
    expect(facts.map(({ at, place, value }) => [at, place, value?.type === 'components' && value.components])).toEqual([
      [
        '2026-03-01',
        'line 2',
        [expect.objectContaining({ value: 4, code: expect.objectContaining({ code: 'pain' }) })],
      ],
      [
        '2026-03-03',
        'line 4',
        [
          expect.objectContaining({ value: 5 }),
          expect.objectContaining({ value: 2, code: expect.objectContaining({ code: 'nausea' }) }),
        ],
      ],
    ]);
  });

  it('tells of rows that do not fit, with their place', async () => {
    const drawn = frozen.schedule[0]![0]!;
    const days = table([
      rowOf(1, '4', drawn === 'A' ? 'drug' : 'placebo'),
      rowOf(2, 'much'),
      '2026-04-30,9,A,3,',
      'yesterday,1,A,3,',
    ]);
    const { drafts } = await assembled({ 't.json': planText, 't.csv': days });
    expect(drafts[0]!.source.issues.map(({ code, place }) => [code, place])).toEqual([
      ['value-invalid', 't.csv: line 3'],
      ['day-invalid', 't.csv: line 5'],
      ['treatment-differs', 't.csv: line 2'],
      ['outside-trial', 't.csv: line 4'],
    ]);
  });

  it('takes a table for a table where no plan is beside it, or two are', async () => {
    const days = table([rowOf(1, '4')]);
    const { drafts } = await assembled({ 'a/t.csv': days, 'b/t.json': planText });
    expect(drafts.map(({ source, facts }) => [source.format, facts.length])).toEqual([
      ['table', 0],
      ['trial', 0],
    ]);
    const two = await assembled({ 'one.json': planText, 'two.json': planText, 'days.csv': days, 'two.csv': days });
    expect(two.issues).toMatchObject([{ code: 'trial-days-unclear', place: 'days.csv' }]);
    expect(two.drafts.map(({ files }) => files)).toEqual([['days.csv'], ['one.json'], ['two.json', 'two.csv']]);
  });

  it.each([
    [
      'trial-plan-invalid',
      /design/,
      JSON.stringify({ ...frozen, plan: { ...frozen.plan, design: { type: 'pairs', cycles: 99 } } }),
    ],
    ['trial-plan-invalid', /startDay/, JSON.stringify({ ...frozen, startDay: 'soon' })],
    ['trial-changed', /hash/, JSON.stringify({ ...frozen, startDay: '2026-03-02' })],
    ['json-invalid', undefined, planText.slice(0, -20)],
  ])('refuses a bad plan: %s at %s', async (code, place, content) => {
    const got = await read(content);
    expect(got).toMatchObject({ refused: { code, severity: 'error', remedy: expect.any(String) } });
    if (place && 'refused' in got) expect(got.refused.place).toMatch(place);
  });

  it('becomes one entry of the dossier, however often it is imported', async () => {
    const store = await openStore({ engine: 'sqlite', directory: join(folderOf({}), 'data') });
    onTestFinished(() => store.close());
    const entries = async (files: Record<string, string>) => {
      const options = { actor: 'test', at: '2026-03-10T08:00:00Z', threads: 1, asOnePatient: true };
      const { subjects } = await importFolder([folderOf(files)], store, options);
      const reader = store.reading({ purpose: 'care', actor: 'test' });
      return trialsOf(await reader.list(subjects[0]!.subject, 'entry'));
    };
    const [kept] = await entries({ 't.json': planText, 't.csv': table([rowOf(1, '4')]) });
    expect(kept).toMatchObject({
      hash: frozen.hash,
      entry: { role: 'file', targets: [expect.stringMatching(/^src/)] },
    });
    const again = await entries({ 't.json': planText, 't.csv': table([rowOf(1, '4'), rowOf(2, '5')]) });
    expect(again.map(({ entry }) => entry.id)).toEqual([kept!.entry.id]);
  });

  it('takes a table that grew for the newer state of the same trial, and tells answers that were changed', async () => {
    const store = await openStore({ engine: 'sqlite', directory: join(folderOf({}), 'data') });
    onTestFinished(() => store.close());
    const reader = store.reading({ purpose: 'care', actor: 'test' });
    const afterTable = async (...rows: string[]) => {
      const options = { actor: 'test', at: '2026-03-10T08:00:00Z', threads: 1, asOnePatient: true };
      const folder = folderOf({ 't.json': planText, 't.csv': table(rows) });
      const { subject, issues } = (await importFolder([folder], store, options)).subjects[0]!;
      const [sources, facts] = [await reader.list(subject, 'source'), await reader.list(subject, 'fact')];
      return [sources.length, facts.map(({ at }) => at).toSorted(), issues.map(({ code }) => code)];
    };
    const days = (...numbers: number[]) => numbers.map((day) => `2026-03-0${day}`);
    expect(await afterTable(rowOf(1, '4'))).toEqual([1, days(1), []]);
    expect(await afterTable(rowOf(1, '4'), rowOf(2, '5'))).toEqual([1, days(1, 2), []]);
    // The first table once more says nothing new, and changes nothing back.
    expect(await afterTable(rowOf(1, '4'))).toEqual([1, days(1, 2), []]);
    const changed = await afterTable(rowOf(1, '4'), rowOf(2, '7'), rowOf(3, '5'));
    expect(changed).toEqual([1, days(1, 2, 3), ['trial-days-changed']]);
    expect(await afterTable(rowOf(4, '4'))).toEqual([2, days(1, 2, 3, 4), ['trial-in-parts']]);
    expect(
      (await afterTable(...[1, 2, 3, 4].map((day) => rowOf(day, day === 2 ? '7' : day === 3 ? '5' : '4')))).slice(0, 2),
    ).toEqual([1, days(1, 2, 3, 4)]);
  });
});
