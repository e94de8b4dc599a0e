import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../forms/instrument.ts';
import { scoreResponse } from './score.ts';

const issuesOf = (id: string, answers: Record<number, number>) => {
  const instrument = loadInstruments().find((one) => one.id === id)!;
  const code = { system: 'unstated', code: id, display: id };
  const given = Object.entries(answers).map(([item, value]) => ({ item, value }));
  return scoreResponse(instrument, { type: 'response', instrument: code, answers: given }).issues;
};
const throughout = (count: number, value: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [index + 1, value]));

describe('the same answer throughout', () => {
  it('is flagged where some items ask the other way round', () => {
    expect(issuesOf('pss-10', throughout(10, 3))).toMatchObject([
      { code: 'answers-uniform', severity: 'warning', place: 'items 4, 5, 7, 8' },
    ]);
    expect(issuesOf('tsk-17', throughout(17, 1))).toMatchObject([{ code: 'answers-uniform' }]);
  });

  it('is not flagged in the middle, where nothing is turned, and once one answer differs', () => {
    expect(issuesOf('pss-10', throughout(10, 2))).toEqual([]);
    expect(issuesOf('tsk-11', throughout(11, 4))).toEqual([]);
    expect(issuesOf('pss-10', { ...throughout(10, 3), 6: 2 })).toEqual([]);
    expect(issuesOf('pss-10', throughout(4, 0))).toEqual([]);
  });
});

describe('answers that cannot both be meant', () => {
  it.each([
    ['bpi-sf', { 1: 3, 2: 5 }, { 1: 5, 2: 3 }],
    ['audit-c', { 1: 0, 2: 2, 3: 0 }, { 1: 0, 2: 0, 3: 0 }],
    ['c-ssrs', { 1: 1, 2: 0, 4: 1, 6: 0 }, { 1: 1, 2: 1, 4: 1, 6: 0 }],
    ['c-ssrs', { 1: 0, 2: 0, 6: 0, 7: 1 }, { 1: 0, 2: 0, 6: 1, 7: 1 }],
    ['qids-sr16', { 6: 1, 7: 2 }, { 6: 1, 7: 0 }],
  ])('%s flags the one and not the other', (id, wrong, right) => {
    expect(issuesOf(id, wrong)).toMatchObject([{ code: 'answers-contradict', severity: 'warning' }]);
    expect(issuesOf(id, right)).toEqual([]);
  });
});
