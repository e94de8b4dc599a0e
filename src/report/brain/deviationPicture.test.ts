import { expect, it } from 'vitest';
import type { Finding } from '../../dossier/finding.ts';
import { deviationPicture } from './deviationPicture.ts';
import { regionChart } from './regionChart.ts';

const curve = {
  ageYears: [20, 60],
  centiles: [0.05, 0.5, 0.95].map((p, k) => ({ p, values: [3 + k, 2 + k] })),
  atYears: 40,
};
const finding = (time: string, value: number, z: number, withCurve = true): Finding => ({
  kind: 'finding',
  id: `f-${time}`,
  subject: 's1',
  run: 'r',
  slot: 's',
  measure: { system: 'idiograph', code: 'cortical-thickness', display: 'Cortical thickness' },
  site: { system: 'idiograph', code: 'lh_precuneus_thickness', display: 'lh precuneus thickness' },
  time,
  value: { type: 'quantity', value, unit: 'mm' },
  norm: { norm: 'n', display: 'Own reference', source: 's', z, centile: 2, ...(withCurve && { curve }) },
  issues: [],
  method: 'm',
  derivedFrom: [],
  valueHash: 'x'.repeat(64),
});

it('shows the newest scan by lobe, its curve with the course of the person, and groups without any score', () => {
  const picture = deviationPicture([finding('2020-01-01', 2.5, -2.4), finding('2018-01-01', 2.8, -1.1, false)])!;
  expect(picture.regions.drawing.rects.map(({ words }) => words)).toEqual(['lh precuneus thickness: z -2.40']);
  expect(picture.regions.drawing.texts.map(({ text }) => text)).toEqual(['Left', 'Right', 'Parietal', '−']);
  const [plot] = picture.curves;
  expect(plot!.drawing.dots).toHaveLength(2);
  expect(plot!.drawing.dots[0]!.x).toBeLessThan(plot!.drawing.dots[1]!.x);
  expect(plot!.drawing.dots[0]!.y).toBeLessThan(plot!.drawing.dots[1]!.y);
  expect(picture.disorders.maps.length).toBeGreaterThanOrEqual(8);
  expect(JSON.stringify(picture.disorders)).not.toMatch(/correlation|match score|r =/i);
});

it('is not there without deviations', () => {
  expect(deviationPicture([{ ...finding('2020-01-01', 2, 0), norm: undefined }])).toBeUndefined();
});

it('reads in black and white: a sign says on which side a tile lies', () => {
  const { texts, rects } = regionChart(
    [
      { name: 'Left-Amygdala', value: 2.5 },
      { name: 'R_insula', value: -3 },
    ],
    'z',
    4,
    2,
  );
  expect(texts.filter(({ anchor }) => anchor === 'middle').map(({ text }) => text)).toEqual(['−', '+']);
  expect(new Set(rects.map(({ fill }) => fill)).size).toBe(2);
});
