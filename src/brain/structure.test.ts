import { expect, it } from 'vitest';
import { deepBrightness } from './brightness.ts';
import { compareLabels } from './crossCheck.ts';
import { deface } from './deface.ts';
import { regionsOf } from './regions.ts';
import type { T1Registration } from './registerT1.ts';
import { sidesValue, verdict } from './registration.ts';
import { leaning } from './sides.ts';
import type { Structure } from './structures.ts';

const structure = (label: string): Structure => ({
  label,
  site: label,
  display: label,
  tissue: 'gray-matter',
  paired: true,
});
const structures = ['Cerebral-Cortex', 'Cerebral-White-Matter', 'Thalamus', 'Inferior-Lateral-Ventricle'].map(
  structure,
);
const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

it('knows side and structure of the regions', () => {
  const labels = ['BG', 'ctx-rh-insula', 'Left-Thalamus-Proper*', 'Right-Inf-Lat-Vent', 'CC_Central', 'CSF'].map(
    (name, value) => ({ value, name }),
  );
  expect(regionsOf(labels, structures).map(({ site, side, within }) => [site, side, within])).toEqual([
    ['cortex-insula', 'right', 'Cerebral-Cortex'],
    ['thalamus-proper', 'left', 'Thalamus'],
    ['inf-lat-vent', 'right', 'Inferior-Lateral-Ventricle'],
    ['cc-central', undefined, 'Cerebral-White-Matter'],
    ['csf', undefined, undefined],
  ]);
});

it('compares the volumes of two networks', () => {
  const regions = regionsOf(
    [
      { value: 1, name: 'ctx-lh-insula' },
      { value: 2, name: 'ctx-rh-insula' },
    ],
    structures,
  );
  const names = [
    { value: 0, name: 'BG' },
    { value: 5, name: 'Cerebral-Cortex' },
  ];
  const [found] = compareLabels([5, 5, 5, 5, 0, 0], [1, 2, 0, 0, 0, 1], names, regions);
  expect(found).toMatchObject({ voxels18: 4, voxels104: 3, dice: 4 / 7 });
  expect(found!.difference).toBeCloseTo(-2 / 7, 12);
});

const shape: [number, number, number, number] = [50, 60, 50, 1];
const grid = { shape, affineRas: [4, 0, 0, -98, 0, 4, 0, -128, 0, 0, 4, -98, 0, 0, 0, 1] };
function painted(of: (x: number, y: number, z: number) => number): Float32Array {
  const [ni, nj, nk] = shape;
  return Float32Array.from({ length: ni * nj * nk }, (_, at) =>
    of(4 * (at % ni) - 98, 4 * (Math.floor(at / ni) % nj) - 128, 4 * Math.floor(at / (ni * nj)) - 98),
  );
}
const inBrain = (x: number, y: number, z: number): boolean => Math.hypot(x / 66, (y + 15) / 85, (z - 10) / 60) < 1;

it('measures the brain and not the skin', () => {
  const head = (skin: number): Uint8Array =>
    Uint8Array.from(
      painted((x, y, z) => (inBrain(x, y, z) ? 60 : Math.hypot(x / 82, (y + 15) / 100, (z - 10) / 76) < 1 ? skin : 0)),
    );
  expect(deepBrightness({ grid, data: head(250) })).toBe(60);
  expect(deepBrightness({ grid, data: head(30) })).toBe(60);
});

it('takes the face and no voxel of the brain', () => {
  const isNose = (x: number, y: number, z: number): boolean => Math.hypot(x, y - 92, z + 45) < 12;
  const image = painted((x, y, z) => (inBrain(x, y, z) ? 100 : isNose(x, y, z) ? 80 : 5));
  const labels = { grid, values: painted((x, y, z) => (inBrain(x, y, z) ? 1 : 0)) };
  for (const keep of ['head', 'brain'] as const) {
    const result = deface({ grid, values: image }, labels, { keep, marginMm: 8 });
    if ('refused' in result) throw new Error('refused');
    expect(result.lost).toBe(0);
    expect(result.values.some((value) => value === 80)).toBe(false);
    expect(result.values.filter((value) => value === 100).length).toBe(image.filter((value) => value === 100).length);
  }
  expect(
    deface({ grid, values: image }, { grid, values: new Float32Array(image.length) }, { keep: 'head', marginMm: 8 }),
  ).toHaveProperty('refused');
});

it('gives the other sign for a mirrored head', () => {
  const lopsided = (x: number, y: number, z: number): number =>
    inBrain(x, y, z) ? 100 + (x < 0 ? 30 * Math.sin(y / 20) : 10 * Math.cos(z / 15)) : 0;
  const template = { grid, values: painted(lopsided) };
  const mirrored = { grid, values: painted((x, y, z) => lopsided(-x, y, z)) };
  expect(leaning(template, identity, template)).toBeCloseTo(1, 6);
  expect(leaning(mirrored, identity, template)).toBeCloseTo(-1, 6);
  expect(sidesValue(-0.3).issues[0]?.code).toBe('mirrored-anatomy');
  expect(sidesValue(0.02).value).toMatchObject({ code: { code: 'sides-undecided' } });
});

it('refuses what does not lie on the template', () => {
  const good = {
    ...{ ncc: { affine: 0.6, warped: 0.8 }, volumeRatio: 0.9, jacobian: { least: 0.2, low: 0.6, high: 1.6, most: 2 } },
    turned: { stated: 1.12, other: 1.06, turn: identity },
  } as unknown as T1Registration;
  const codes = (change: Partial<T1Registration>): string[] => verdict({ ...good, ...change }).map(({ code }) => code);
  expect(codes({})).toEqual([]);
  expect(codes({ ncc: { affine: 0.4, warped: 0.5 } })).toEqual(['registration-failed']);
  expect(codes({ ncc: { affine: 0.5, warped: 0.7 } })).toEqual(['registration-doubtful']);
  expect(codes({ jacobian: { least: -0.1, low: 0, high: 1, most: 2 } })).toEqual(['registration-folded']);
  expect(codes({ turned: { stated: 1.05, other: 1.12, turn: identity } })).toEqual(['orientation-wrong']);
});
