import { describe, expect, it } from 'vitest';
import type { Analysis } from '../dossier/analysis.ts';
import { orderAnalyses } from './order.ts';

function analysis(id: string, takes: string[], makes: string[]): Analysis {
  return {
    ...{ id, takes, makes, version: '1.0.0', title: id, knowledge: [], packs: [], method: 'none.md' },
    peakMemoryMb: () => 1,
    select: () => ({ selections: [], missing: [] }),
    run: async () => {},
  };
}

describe('orderAnalyses', () => {
  it('puts makers first and is the same for any order given', () => {
    const list = [
      analysis('a', ['volume'], ['ratio']),
      analysis('b', ['segmentation'], ['volume']),
      analysis('c', [], ['segmentation']),
      analysis('d', [], ['score']),
    ];
    const expected = ['c', 'b', 'a', 'd'];
    expect(orderAnalyses(list).map(({ analysis }) => analysis.id)).toEqual(expected);
    expect(orderAnalyses(list.toReversed()).map(({ analysis }) => analysis.id)).toEqual(expected);
    expect(orderAnalyses(list).find(({ analysis }) => analysis.id === 'a')?.after).toEqual(['b']);
  });

  it('lets an analysis take what it makes', () => {
    expect(orderAnalyses([analysis('a', ['change'], ['change'])])[0]?.after).toEqual([]);
  });

  it('refuses circles and names their members', () => {
    const list = [analysis('a', ['y'], ['x']), analysis('b', ['x'], ['y']), analysis('c', [], [])];
    expect(() => orderAnalyses(list)).toThrow('these analyses wait for each other: a, b');
  });

  it('refuses two analyses of one id', () => {
    expect(() => orderAnalyses([analysis('a', [], []), analysis('a', [], [])])).toThrow('two analyses are called a');
  });
});
