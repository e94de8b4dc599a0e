import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { bandPlot, drawnBands } from './bandPlot.ts';
import { bandPlotMarkup, trendPlotMarkup } from './html/plots.ts';
import { phqTotal } from './testModel.ts';
import { trendPlot } from './trendPlot.ts';

const norm = (bands: { from: number; to: number; label: string }[], band?: string) => ({
  norm: 'n',
  display: 'bands',
  source: 'test',
  bands,
  band,
});

describe('band plot', () => {
  it('draws bands of whole numbers without gaps and names each with its own limits', () => {
    const drawn = drawnBands(phqTotal(7, '2026-01-01'));
    expect(drawn.map((band) => [band.drawFrom, band.drawTo])).toEqual([
      [0, 4.5],
      [4.5, 9.5],
      [9.5, 14.5],
      [14.5, 19.5],
      [19.5, 27],
    ]);
    const plot = bandPlotMarkup(bandPlot(phqTotal(7, '2026-01-01'))!).text;
    for (const label of ['none to minimal (0 to 4)', 'moderate (10 to 14)', 'severe (20 to 27)'])
      expect(plot).toContain(label);
    expect(plot).toContain('<strong>2 mild (5 to 9)</strong>');
    expect(plot.match(/<circle/g)).toHaveLength(1);
  });

  it('shows one dot for each member of a set', () => {
    const members = [0.5, 1, 2].map((value) => ({ value: { type: 'quantity' as const, value, unit: '1' } }));
    const plot = bandPlot(
      testFinding('activity-score', { type: 'set', members }, { norm: norm([{ from: 0, to: 3, label: 'all' }]) }),
    )!;
    expect(plot.dots.map((dot) => dot.words)).toEqual(['0.5', '1', '2']);
    expect(plot.bands.map((band) => band.current)).toEqual([false]);
    expect(bandPlotMarkup(plot).text.match(/<circle/g)).toHaveLength(3);
  });

  it('cuts open bands at the values and keeps a value outside all bands on the plot', () => {
    const bands = [
      { from: Number.NEGATIVE_INFINITY, to: 10, label: 'low' },
      { from: 10, to: Number.POSITIVE_INFINITY, label: 'high' },
    ];
    const drawn = drawnBands(testFinding('x', quantity(14), { norm: norm(bands, 'high') }));
    expect(drawn.map((band) => [band.drawFrom, band.drawTo])).toEqual([
      [10, 10],
      [10, 14],
    ]);
    const outside = testFinding('x', quantity(40), { norm: norm([{ from: 0, to: 9, label: 'a' }]) });
    expect(bandPlot(outside)!.dots).toEqual([{ x: 260, words: '40 points' }]);
  });

  it('is whole in JSON, with the interval, and says in words all that it shows', () => {
    const plot = bandPlot({
      ...phqTotal(7, '2026-01-01'),
      uncertainty: { type: 'interval', low: 5, high: 9, source: 'test' },
    })!;
    expect(JSON.parse(JSON.stringify(plot))).toEqual(plot);
    expect(plot.interval).toEqual({ from: 48.15, to: 86.67, words: '5 to 9 points' });
    expect(plot.described).toMatch(/7 points, band mild\. Bands: none to minimal \(0 to 4\); .*severe \(20 to 27\)\./);
  });

  it('draws nothing that suggests a reference where there is none', () => {
    expect(bandPlot(testFinding('x', quantity(3)))).toBeUndefined();
    expect(
      bandPlot(testFinding('x', { type: 'refused', reason: 'r' }, { norm: norm([{ from: 0, to: 1, label: 'a' }]) })),
    ).toBeUndefined();
  });
});

describe('trend plot', () => {
  it('names first and last value with their dates, and every point for those who cannot see it', () => {
    const model = trendPlot(
      'PEG mean',
      [
        { time: '2026-01-01', value: 7.6666 },
        { time: '2026-02-01', value: 7 },
        { time: '2026-03-01', value: 6 },
      ],
      '{score}',
    )!;
    expect(model.described).toBe('PEG mean over time: 2026-01-01 7.7, 2026-02-01 7, 2026-03-01 6');
    expect(model.labels.map((one) => one.text)).toEqual(['7.7', '6', '2026-01-01', '2026-03-01']);
    const plot = trendPlotMarkup(model).text;
    expect(plot).toContain('2026-01-01 7.7, 2026-02-01 7, 2026-03-01 6');
    expect(plot.match(/<circle/g)).toHaveLength(3);
    expect(plot).not.toMatch(/NaN|Infinity/);
  });

  it('puts a number on a peak between first and last', () => {
    const course = [0, 1, 0, 0].map((value, i) => ({ time: `2026-0${i + 1}-01`, value }));
    expect(trendPlotMarkup(trendPlot('item 9', course)!).text).toMatch(/class="band-label">1<\/text>/);
  });

  it('is no picture for one point, and a level line for equal ones', () => {
    expect(trendPlot('x', [{ time: '2026-01-01', value: 1 }])).toBeUndefined();
    const level = JSON.stringify(
      trendPlot('x', [
        { time: '2026-01-01', value: 1 },
        { time: '2026-01-01', value: 1 },
      ])!,
    );
    expect(level).not.toMatch(/null/);
  });
});
