import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { answersFormat } from './format.ts';

async function importFiles(files: Record<string, string>) {
  const pieces: Parameters<typeof answersFormat.assemble>[0] = [];
  for (const [path, content] of Object.entries(files)) {
    const file = fileOf(path, content);
    if (!answersFormat.sniff(file.head, file)) continue;
    const read = await answersFormat.read(file, defaultLimits);
    if ('piece' in read) pieces.push({ path, piece: read.piece });
  }
  return answersFormat.assemble(pieces);
}

const header =
  'record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,first_name,phq2_timestamp,phq2_1,phq2_2,phq2_complete,dn4_1,dn4_2___1,dn4_date,race___1';
const data = [
  header,
  '1,baseline_arm_1,,,Nutmeg,2026-01-01 10:22:01,1,2,2,,0,,1',
  '1,visit_arm_1,phq2,1,,2026-02-01 09:00:00,3,3,0,,,,',
  '1,visit_arm_1,phq2,2,,[not completed],1,,0,,,,',
  '2,baseline_arm_1,,,Tumtum,,,,0,1,1,2026-01-05,0',
].join('\n');
const dictionary = (choices: string) =>
  [
    '"Variable / Field Name","Form Name","Field Type","Choices, Calculations, OR Slider Labels","Identifier?"',
    'record_id,demographics,text,,',
    'first_name,demographics,text,,y',
    `phq2_1,phq2,radio,"${choices}",`,
    'phq2_2,phq2,radio,"0, a | 1, b | 2, c | 3, d",',
    'dn4_1,dn4,yesno,,',
    'dn4_2,dn4,checkbox,"1, yes",',
  ].join('\n');
const good = '0, a | 1, b | 2, c | 3, d';

describe('a REDCap export', () => {
  it('gives one response a form, event and repeat, of the person of the record', async () => {
    const { drafts } = await importFiles({ 'data.csv': `${data}\n` });
    expect(
      drafts.map(({ claim, facts }) => [claim?.value, facts.map(({ code, at, place }) => [code.code, at, place])]),
    ).toEqual([
      [
        '1',
        [
          ['phq2', '2026-01-01T10:22:01', 'line 2, event baseline_arm_1'],
          ['dn4', undefined, 'line 2, event baseline_arm_1'],
          ['phq2', '2026-02-01T09:00:00', 'line 3, event visit_arm_1, repeat 1'],
          ['phq2', undefined, 'line 4, event visit_arm_1, repeat 2'],
        ],
      ],
      ['2', [['dn4', '2026-01-05', 'line 5, event baseline_arm_1']]],
    ]);
    const [baseline, , visit, open] = drafts[0]!.facts;
    expect(baseline!.issues).toEqual([]);
    expect(visit!.issues.map(({ code }) => code)).toEqual(['answers-incomplete']);
    expect(open!.issues.map(({ code }) => code)).toEqual([
      'answers-incomplete',
      'answers-incomplete',
      'answers-undated',
    ]);
    expect(drafts[1]!.facts[0]!.value).toMatchObject({
      answers: [
        { item: 'dn4_1', value: 1 },
        { item: 'dn4_2', value: 1 },
      ],
    });
  });

  it('drops the names that its data dictionary marks, and belongs together with it', async () => {
    const { drafts, issues } = await importFiles({
      'x/data.csv': `${data}\n`,
      'x/dictionary.csv': `${dictionary(good)}\n`,
    });
    expect(issues).toEqual([]);
    expect(drafts[0]!.files).toEqual(['x/data.csv', 'x/dictionary.csv']);
    expect(drafts[0]!.source.metadata['columns']).not.toContain('first_name');
    expect(JSON.stringify(drafts)).not.toMatch(/Nutmeg|Tumtum/);
    const alone = await importFiles({ 'dictionary.csv': `${dictionary(good)}\n` });
    expect(alone.issues).toMatchObject([{ code: 'dictionary-alone', place: 'dictionary.csv' }]);
  });

  it('uses no answer whose choices are coded otherwise than the instrument prints them', async () => {
    const { drafts } = await importFiles({
      'data.csv': `${data}\n`,
      'dictionary.csv': `${dictionary('1, a | 2, b | 3, c | 4, d')}\n`,
    });
    const [first] = drafts[0]!.facts;
    expect(first!.issues).toMatchObject([
      { code: 'choices-differ', severity: 'error', message: expect.stringContaining('1 to 4') },
    ]);
    expect(first!.value).toMatchObject({
      answers: [
        { item: 'phq2_1', text: '1' },
        { item: 'phq2_2', value: 2 },
      ],
    });
  });

  it('is known by its head even where the header alone is longer than that', async () => {
    const many = Array.from({ length: 900 }, (_, index) => `field_${index}`).join();
    const { drafts } = await importFiles({
      'wide.csv': `record_id,phq2_date,phq2_1,phq2_2,${many}\n1,2026-01-01,1,1,${many}\n`,
    });
    expect(drafts[0]!.facts).toMatchObject([{ at: '2026-01-01', code: { code: 'phq2' } }]);
  });
});

it('reads names without end in no time', async () => {
  const hostile = ['_'.repeat(400_000), ' '.repeat(400_000), '___a'.repeat(100_000)].map((name) => `"phq2_1${name}!"`);
  const long = `date,measure,value\n2026-03-01,"a${' '.repeat(400_000)}b",1\n`;
  const started = performance.now();
  await importFiles({ 'a.csv': `id,phq2_1,phq2_2,${hostile.join()}\n1,1,1,1,1,1\n`, 'b.csv': long });
  expect(performance.now() - started).toBeLessThan(2_000);
});

describe('a diary', () => {
  it('makes one fact a prompt with its time of day; an unanswered prompt is one without numbers', async () => {
    const { drafts } = await importFiles({
      'diary.csv':
        'participant,timestamp,ema_pain (0-10),ema_mood\nA,2026-03-01T08:00,4,60\nA,2026-03-01T14:30,,\nA,2026-03-01T20:00,11,55\nA,2026-03-02T08:00,bad,50\nA,noon,3,40\nB,2026-03-01T08:00,1,1\n',
    });
    expect(drafts.map(({ claim }) => claim?.value)).toEqual(['A', 'B']);
    const components = (index: number) => {
      const { value } = drafts[0]!.facts[index]!;
      return value?.type === 'components' ? value.components.map(({ code, value: number }) => [code.code, number]) : [];
    };
    expect(drafts[0]!.facts.map(({ at }) => at)).toEqual([
      '2026-03-01T08:00',
      '2026-03-01T14:30',
      '2026-03-01T20:00',
      '2026-03-02T08:00',
    ]);
    expect([0, 1, 2, 3].map(components)).toEqual([
      [
        ['pain', 4],
        ['mood', 60],
      ],
      [],
      [['mood', 55]],
      [['mood', 50]],
    ]);
    expect(drafts[0]!.facts.map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      [],
      [],
      ['answer-out-of-range'],
      ['answer-unknown'],
    ]);
    expect(drafts[0]!.source.issues).toMatchObject([{ code: 'diary-untimed', place: 'line 6' }]);
  });

  it('puts the numbers of one moment together, uses neither of two that differ, and tells repeats', async () => {
    const { drafts } = await importFiles({
      'long.csv':
        'timestamp,measure,value\n2026-03-01 08:00,Pain,4\n2026-03-01 08:00,Sleep quality,3\n2026-03-02 08:00,Pain,4\n2026-03-02 08:00,Pain,5\n',
    });
    expect(drafts[0]!.facts).toMatchObject([
      {
        at: '2026-03-01T08:00',
        value: { components: [{ code: { code: 'pain' }, value: 4 }, { code: { code: 'sleep-quality' } }] },
      },
      { value: { components: [] }, issues: [{ code: 'answer-twice', place: 'line 5' }] },
    ]);
    const again = await importFiles({ 'wide.csv': 'date,diary_pain\n2026-03-01,4\n2026-03-01,4\n2026-03-01,5\n' });
    expect(again.drafts[0]!.facts.map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      [],
      ['response-duplicate'],
      ['responses-differ'],
    ]);
  });

  it('outlives a dictionary with hundreds of thousands of choices, twice the same field, and sums that turn in a circle', async () => {
    const endless = Array.from({ length: 200_000 }, (_, code) => `${code}, c`).join(' | ');
    const circle = 'a,calc,calc,[b] + 1,\nb,calc,calc,[a] + 1,\nphq2_2,phq2,radio,"zero, a | 1, b",';
    const files = { 'data.csv': `${data}\n`, 'dictionary.csv': `${dictionary(endless)}\n${circle}\n` };
    const { drafts, issues } = await importFiles(files);
    expect(issues).toEqual([]);
    const [first] = drafts[0]!.facts;
    expect(first?.issues.map(({ code, message }) => [code, message])).toEqual([
      ['choices-differ', expect.stringContaining('its 200000 choices 0 to 199999')],
    ]);
  });

  it('marks each row whose cells may have slipped', async () => {
    const table = `${['patient,date,gad7_1,gad7_2', 'P1,2026-01-01,1,2', 'P1,2026-01-02,1,,2', 'P1,2026-01-03,1,1'].join('\n')}\n`;
    const { drafts } = await importFiles({ 'forms.csv': table });
    expect(drafts[0]!.facts.map(({ issues }) => issues.map(({ code }) => code))).toEqual([[], ['row-ragged'], []]);
  });
});
