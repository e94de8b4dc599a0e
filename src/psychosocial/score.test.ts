import { describe, expect, it } from 'vitest';
import type { Answer } from '../dossier/fact.ts';
import { loadInstruments } from '../forms/instrument.ts';
import { itemOf, type Response, recogniseInstrument } from '../forms/recognise.ts';
import { reliableChange, smallestRealChange } from './change.ts';
import { scoreResponse } from './score.ts';

const instruments = loadInstruments();
const of = (id: string) => instruments.find((one) => one.id === id)!;
const unstated = { system: 'unstated', code: 'unstated', display: 'not named' };
const loinc = (code: string) => ({ system: 'LOINC', code, display: code });
const response = (answers: Answer[], instrument = unstated): Response => ({ type: 'response', instrument, answers });

describe('recogniseInstrument', () => {
  const empty = (code: string, system = 'questionnaire', display = code) => response([], { system, code, display });

  it('knows panel codes, names in any spelling and the last part of a canonical URL', () => {
    expect(recogniseInstrument(empty('44249-1', 'LOINC'), instruments)?.id).toBe('phq-9');
    expect(recogniseInstrument(empty('Phq_9', 'unstated'), instruments)?.id).toBe('phq-9');
    expect(recogniseInstrument(empty('https://forms.example.org/Questionnaire/gad-7|2.1'), instruments)?.id).toBe(
      'gad-7',
    );
    expect(recogniseInstrument(empty('x', 'local', 'Pain Catastrophising Scale'), instruments)?.id).toBe('pcs');
  });

  it('knows an unnamed form by its item codes, and leaves others alone', () => {
    const coded = of('gad-7').items.map((item) => ({ item: item.codes[0]!.code, code: item.codes[0]!, value: 0 }));
    expect(recogniseInstrument(response(coded), instruments)?.id).toBe('gad-7');
    expect(recogniseInstrument(response(coded.slice(0, 3)), instruments)).toBeUndefined();
    const foreign = [...coded, { item: 'x', code: loinc('8867-4'), value: 70 }];
    expect(recogniseInstrument(response(foreign), instruments)).toBeUndefined();
    expect(recogniseInstrument(empty('PHQ-9 modified for adolescents'), instruments)).toBeUndefined();
  });
});

describe('itemOf', () => {
  it('finds items under the names that tables and forms give them', () => {
    const phq = of('phq-9');
    for (const name of ['9', '/9', 'phq9_9', 'PHQ-9.9', 'item 9', 'q09', 'phq9-item-9']) {
      expect(itemOf(phq, { item: name }), name).toBe(9);
    }
    expect(itemOf(phq, { item: 'phq9_total' })).toBe('unscored');
    expect(itemOf(phq, { item: '/69722-7', code: loinc('69722-7') })).toBe('unscored');
    expect(itemOf(phq, { item: 'phq9_12' })).toBeUndefined();
    expect(itemOf(of('peg'), { item: 'peg_enjoyment' })).toBe(2);
  });
});

describe('scoreResponse', () => {
  const total = (answers: Answer[], id = 'peg') => scoreResponse(of(id), response(answers)).scales[0]!;

  it('refuses unknown codes, words, and a number that contradicts its code', () => {
    const items = (answer: Partial<Answer>) =>
      of('gad-7').items.map((_, index) => ({ item: `${index + 1}`, ...answer }));
    expect(total(items({ answerCode: loinc('LA6571-9') }), 'gad-7').value).toBe(21);
    expect(total(items({ answerCode: loinc('LA0000-0') }), 'gad-7').reason).toBe('answer-unknown');
    expect(total(items({ text: 'sometimes' }), 'gad-7').reason).toBe('answer-unknown');
    expect(total(items({ answerCode: loinc('LA6571-9'), value: 1 }), 'gad-7').reason).toBe('answer-conflict');
  });

  it('holds a stated total against the answers', () => {
    const answers = [
      { item: '1', value: 1 },
      { item: '2', value: 2 },
      { item: '3', value: 3 },
    ];
    expect(total([...answers, { item: 'total', value: 2 }]).issues).toEqual([]);
    const wrong = total([...answers, { item: 'peg_total', value: 6 }]);
    expect(wrong.value).toBe(2);
    expect(wrong.issues.map((one) => one.code)).toEqual(['total-differs']);
  });

  it('reports an item that the form does not have', () => {
    const scored = scoreResponse(of('peg'), response([{ item: '4', value: 1 }]));
    expect(scored.issues.map((one) => one.code)).toEqual(['item-unknown']);
    expect(scored.scales[0]!.reason).toBe('items-missing');
  });

  it('turns reversed items round within their range', () => {
    const peg = of('peg');
    const turned = {
      ...peg,
      items: peg.items.map((item) => ({ ...item, min: 1, max: 4, reverse: item.number === 2 })),
    };
    const answers = [1, 2, 3].map((number) => ({ item: `${number}`, value: 1 }));
    expect(scoreResponse(turned, response(answers)).scales[0]!.value).toBe((1 + 4 + 1) / 3);
  });
});

describe('change', () => {
  it('reproduces the rounded limits in use: 6 points of PHQ-9, 4 of GAD-7', () => {
    expect(smallestRealChange(of('phq-9').scales[0]!)!.value).toBeCloseTo(6.1, 1);
    expect(smallestRealChange(of('gad-7').scales[0]!)!.value).toBeCloseTo(3.5, 1);
    expect(smallestRealChange(of('peg').scales[0]!)).toBeUndefined();
  });

  it('calls a change reliable only beyond that', () => {
    const scale = of('phq-9').scales[0]!;
    expect(reliableChange(scale, 20, 14)!.state).toBe('no reliable change');
    expect(reliableChange(scale, 20, 13)!.state).toBe('reliable improvement');
    expect(reliableChange(scale, 5, 12)!.state).toBe('reliable deterioration');
    expect(reliableChange({ ...scale, worse: 'lower' }, 5, 12)!.state).toBe('reliable improvement');
  });
});
