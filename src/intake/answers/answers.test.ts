import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { answersFormat } from './format.ts';

async function importAnswers(content: string) {
  const file = fileOf('answers.csv', content);
  if (!answersFormat.sniff(file.head, file)) return undefined;
  const read = await answersFormat.read(file, defaultLimits);
  if ('refused' in read) throw new Error(read.refused.code);
  return answersFormat.assemble([{ path: 'answers.csv', piece: read.piece }]).drafts;
}

describe('answersFormat', () => {
  it('reads one answer a row: one fact for each form at each date', async () => {
    const drafts = await importAnswers(
      'instrument,item,answer,date\nPHQ-9,1,2,2024-05-01\nPHQ-9,9,,2024-05-01\nPHQ-9,total,7,2024-05-01\nGAD-7,1,LA6569-3,2024-05-01\nPHQ-9,1,0,2024-06-01\n',
    );
    expect(drafts).toHaveLength(1);
    expect(drafts![0]).not.toHaveProperty('claim');
    expect(drafts![0]!.facts.map(({ code, at, value }) => [code.code, at, value])).toEqual([
      [
        'PHQ-9',
        '2024-05-01',
        // Item 9 was left empty: it is not answered, and not 0.
        {
          type: 'response',
          instrument: { system: 'stated', code: 'PHQ-9', display: 'PHQ-9' },
          answers: [{ item: '1', value: 2 }],
          statedTotal: 7,
        },
      ],
      [
        'GAD-7',
        '2024-05-01',
        expect.objectContaining({ answers: [expect.objectContaining({ item: '1', answerCode: expect.anything() })] }),
      ],
      ['PHQ-9', '2024-06-01', expect.objectContaining({ answers: [{ item: '1', value: 0 }] })],
    ]);
  });

  it('reads one form a row, and several patients', async () => {
    const drafts = await importAnswers(
      'patient,date,phq9_1,phq9_9,gad7_1,note\nA,2024-05-01,1,0,2,x\nB,2024-05-01,3,3,,y\n',
    );
    expect(drafts!.map(({ claim, facts }) => [claim?.value, facts.map(({ code }) => code.code)])).toEqual([
      ['A', ['phq9', 'gad7']],
      ['B', ['phq9']],
    ]);
    expect(drafts![1]!.source.locator).toEqual({ column: 'patient', patient: 'B' });
  });

  it('says when answers are undated or a date can be read in two ways', async () => {
    for (const date of ['', '03/04/2024', 'yesterday']) {
      const drafts = await importAnswers(`phq9_1,phq9_2,date\n1,2,${date}\n`);
      const [fact] = drafts![0]!.facts;
      expect(fact).not.toHaveProperty('at');
      expect(fact!.issues).toMatchObject([{ code: 'answers-undated', place: 'line 2' }]);
    }
    const [draft] = (await importAnswers('phq9_1,phq9_2\n1,2\n0,0\n'))!;
    expect(draft!.facts).toHaveLength(2);
  });

  it('keeps both of two answers that differ, and says so', async () => {
    const [draft] = (await importAnswers('instrument,item,answer\nPHQ-9,9,0\nPHQ-9,9,3\nPHQ-9,1,1\nPHQ-9,1,1\n'))!;
    expect(draft!.facts).toMatchObject([
      {
        value: {
          answers: [
            { item: '9', value: 0 },
            { item: '9', value: 3 },
            { item: '1', value: 1 },
          ],
        },
        issues: [{ code: 'answers-undated' }, { code: 'answer-twice' }],
      },
    ]);
  });

  it('keeps the time of day as stated, with a zone or without one', async () => {
    const [draft] = (await importAnswers(
      'participant,date,time,gad2_1,gad2_2\nA,2024-05-01,9:05,1,0\nA,2024-05-01,21:30,2,2\nA,2024-05-02 08:00:10+02:00,,0,0\nA,2024-05-03,25:00,0,1\n',
    ))!;
    expect(draft!.facts.map(({ at }) => at)).toEqual([
      '2024-05-01T09:05',
      '2024-05-01T21:30',
      '2024-05-02T08:00:10+02:00',
      undefined,
    ]);
    expect(draft!.facts[3]!.issues).toMatchObject([{ code: 'answers-undated' }]);
  });

  it('takes the form that a row names, and keeps the answers of one that nobody knows', async () => {
    const [draft] = (await importAnswers(
      'patient,date,instrument,item1,item2\nA,2024-05-01,GAD-2,1,2\nA,2024-05-01,weather scale,1,1\n',
    ))!;
    expect(draft!.facts.map(({ code, value }) => [code.code, value])).toMatchObject([
      [
        'GAD-2',
        {
          answers: [
            { item: 'item1', value: 1 },
            { item: 'item2', value: 2 },
          ],
        },
      ],
      ['weather scale', { answers: [{ value: 1 }, { value: 1 }] }],
    ]);
  });

  it('leaves other tables alone', async () => {
    expect(await importAnswers('x0,x1,x2\n1,2,3\n')).toBeUndefined();
    expect(await importAnswers('time_1,time_2\n1,2\n')).toBeUndefined();
    expect(await importAnswers('item,value\na,1\n')).toBeUndefined();
  });
});
