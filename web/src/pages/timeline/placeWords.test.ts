import { describe, expect, it } from 'vitest';
import { fitWords, placeWords } from './placeWords.ts';

const mark = (x: number, right = x) => ({ x, right, items: [] });

describe('words beside marks', () => {
  it('stand whole where there is room, and are cut between words where there is not', () => {
    expect(fitWords('33 points (above 30)', 200)).toBe('33 points (above 30)');
    expect(fitWords('33 points (above 30)', 100)).toBe('33 points…');
    expect(fitWords('33 points (above 30)', 20)).toBeUndefined();
  });

  it('go to the left at the right edge', () => {
    expect(placeWords([mark(390)], () => 'moderately severe', 400)).toEqual([
      { text: 'moderately severe', x: 380, anchor: 'end' },
    ]);
  });

  it('never lie over the next mark or over the words before', () => {
    const [first, second] = placeWords([mark(0), mark(200)], () => 'a sentence of forty letters and a bit more', 210);
    expect(first!.x + first!.text.length * 6.1).toBeLessThanOrEqual(200);
    expect(second).toBeUndefined();
  });
});
