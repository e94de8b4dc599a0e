import { describe, expect, it } from 'vitest';
import { type CurveFigure, curveBytes, curveOfBytes } from '../dossier/curveFigure.ts';
import { curvePlot } from './curvePlot.ts';
import { curveSection } from './html/curves.ts';
import { curvePlotSize as size } from './plotSizes.ts';

const figure: CurveFigure = {
  title: 'Nodule <1>: uptake',
  says: 'Ki 0.03, R2 0.99',
  panels: [
    {
      x: { label: 'Time', unit: 'min' },
      y: { label: 'Activity', unit: 'kBq/mL' },
      series: [
        { name: 'nodule', as: 'dots', x: [0, 1, 2, 60], y: [0, 4, 3.2, 3] },
        { name: 'blood', as: 'dashes', x: [0, 1, 60], y: [0, 80, 8], dividedBy: 20 },
      ],
    },
    {
      x: { label: 'b' },
      y: { label: 'Signal', log: true },
      series: [{ name: 'mean', as: 'dots', x: [0, 500, 1000, 2000], y: [1, 0.4, 0.03, -0.1] }],
    },
  ],
};

describe('figure of curves', () => {
  const plot = curvePlot('art-1', figure, '2026-03-10');

  it('keeps every point within its frame, between round steps', () => {
    for (const panel of plot.panels) {
      for (const { x, y } of panel.series.flatMap(({ points }) => points)) {
        expect(x).toBeGreaterThanOrEqual(size.left);
        expect(x).toBeLessThanOrEqual(size.right);
        expect(y).toBeGreaterThanOrEqual(size.top);
        expect(y).toBeLessThanOrEqual(size.bottom);
      }
    }
    expect(plot.panels[0]!.xTicks.map(({ text }) => text)).toEqual(['0', '20', '40', '60']);
    expect(plot.panels[0]!.yTicks.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
    expect(plot.panels[1]!.yTicks.map(({ text }) => text)).toEqual(['0.02', '0.05', '0.1', '0.2', '0.5', '1']);
  });

  it('says by how much an input is drawn lower, and leaves out what a logarithm has not', () => {
    expect(plot.panels[0]!.series[1]!.words).toBe('blood ÷ 20');
    expect(plot.panels[1]!.series[0]!.points).toHaveLength(3);
    expect(plot.panels[0]!.described).toContain('nodule: 0 at 0, highest 4 at 1, last 3 at 60');
  });

  it('is drawn with its caption and its way back, escaped', () => {
    const text = String(curveSection([plot]));
    expect(text).toContain('Nodule &#60;1&#62;: uptake, 2026-03-10: Ki 0.03, R2 0.99.');
    expect(text).toContain('href="#why-art-1"');
    expect(text.match(/<svg viewBox="0 0 380/g)).toHaveLength(2);
    expect(curveSection([])).toBeUndefined();
    const many = String(curveSection(Array.from({ length: 14 }, () => plot)));
    expect(many).toContain('2 more on the page');
  });

  it('goes through its bytes, without points that are no numbers', () => {
    const [panel] = figure.panels;
    const holed = {
      ...figure,
      panels: [{ ...panel!, series: [{ ...panel!.series[0]!, y: [0, Number.NaN, 3.2, 3] }] }],
    };
    expect(curveOfBytes(curveBytes(figure))).toEqual(figure);
    expect(curveOfBytes(curveBytes(holed))!.panels[0]!.series[0]).toMatchObject({ x: [0, 2, 60], y: [0, 3.2, 3] });
    expect(curveOfBytes(new TextEncoder().encode('{"panels":[]}'))).toBeUndefined();
    expect(curveOfBytes(new Uint8Array([1, 2]))).toBeUndefined();
  });
});
