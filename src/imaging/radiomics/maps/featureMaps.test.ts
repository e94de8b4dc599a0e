import { describe, expect, it } from 'vitest';
import type { ImageHandle } from '../../../dossier/image.ts';
import { loadKnowledge } from '../../../knowledge/load.ts';
import { boxed, type RegionMask } from '../../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../../voxels/testImage.ts';
import { RadiomicsConfig } from '../config.ts';
import { extractFeatures } from '../extract.ts';
import { type FeatureName, featureNames, namesFile } from '../names.ts';
import { prepareRegion } from '../prepare.ts';
import { pyradiomicsFeatures } from '../pyradiomics.ts';
import { scatter } from '../testRegion.ts';
import { chooseMaps } from './chooseMaps.ts';
import { featureMaps, mapVolume } from './featureMaps.ts';

const names = featureNames(loadKnowledge(namesFile).data as { features: FeatureName[] });
const shape: [number, number, number] = [9, 8, 7];
const grid = axialGrid(shape, [1, 1, 2]);
const values = scatter(9 * 8 * 7, 5).map((value) => value + 1);
const image = imageOf(grid, values);
const inside = Uint8Array.from(scatter(9 * 8 * 7, 10, 9), (value) => (value < 7 ? 1 : 0));
const mask = boxed(inside, grid);

/** The region's voxels within a window, as a region of its own. */
function around(place: number, radius: number, isFlat: boolean, of: Uint8Array): RegionMask {
  const centre = [place % 9, Math.floor(place / 9) % 8, Math.floor(place / 72)];
  const near = of.map((one, at) => {
    const off = [at % 9, Math.floor(at / 9) % 8, Math.floor(at / 72)].map((value, axis) =>
      Math.abs(value - centre[axis]!),
    );
    return off.every((value, axis) => value <= (isFlat && axis === 2 ? 0 : radius)) ? one : 0;
  });
  return boxed(near, grid);
}

const input = {
  discretise: { method: 'fixed-bin-size' as const, width: 1 },
  resegment: { range: [1, null] as [number, null] },
};
const families = ['statistics', 'histogram', 'glcm', 'glrlm', 'glszm', 'ngtdm', 'ngldm'] as const;

describe('each voxel of a map is what the features of its window are, bit for bit', () => {
  it.each([
    { name: 'volume, radius 1', radius: 1, aggregations: ['3D_avg', '3D_comb'] as const, profile: 'ibsi' as const },
    { name: 'volume, radius 2', radius: 2, aggregations: ['3D_avg'] as const, profile: 'ibsi' as const },
    { name: 'slices', radius: 2, aggregations: ['2D_avg', '2_5D_comb'] as const, profile: 'ibsi' as const },
    { name: 'PyRadiomics', radius: 1, aggregations: ['3D_avg'] as const, profile: 'pyradiomics' as const },
    { name: 'an unmasked kernel', radius: 1, aggregations: ['3D_comb'] as const, profile: 'ibsi' as const, all: true },
  ])('$name', async ({ radius, aggregations, profile, all = false }) => {
    const config = RadiomicsConfig.parse({
      ...input,
      ...{ profile, aggregations, families },
      maps: { kernelRadius: radius, maskedKernel: !all },
    });
    const choices = chooseMaps([...families], config, names, '1');
    const made = await featureMaps(image, mask, config, choices, { threads: 1 });
    expect(made.voxels.length).toBe(mask.voxels);
    expect(made.levels).toBe(5);
    const isFlat = aggregations[0].startsWith('2');
    let compared = 0;
    for (let at = 0; at < made.voxels.length; at += 17) {
      const window = around(made.voxels[at]!, radius, isFlat, all ? inside.map(() => 1) : inside);
      const prepared = await prepareRegion(image, window, config);
      // Features that know the number of levels see that of the whole region, so the window must hold the highest.
      if (prepared.statistics.maximum < 5) continue;
      const expected =
        profile === 'pyradiomics'
          ? pyradiomicsFeatures(prepared, config, names.pyradiomics).map(
              (one) => [`original_${one.name}`, one.value] as const,
            )
          : extractFeatures(prepared, config).map((one) => [one.tag, one.value] as const);
      const wanted = new Map(expected);
      for (const [map, { name }] of choices.entries()) {
        const ours = made.values[at * choices.length + map]!;
        if (name.includes('MCC')) expect(ours).toBeCloseTo(wanted.get(name)!, 12);
        else expect([name, ours]).toEqual([name, wanted.get(name) ?? Number.NaN]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

it('gives the same bits on two threads', async () => {
  const config = RadiomicsConfig.parse({ ...input });
  const choices = chooseMaps(['glcm', 'glszm', 'firstorder'], config, names, '1');
  const [one, two] = await Promise.all([1, 2].map((threads) => featureMaps(image, mask, config, choices, { threads })));
  expect(two!.values).toEqual(one!.values);
});

it('lies on the interpolated grid, and nowhere but in the region', async () => {
  const config = RadiomicsConfig.parse({ ...input, interpolate: { spacingMm: 1, mask: 'nearest' } });
  const choices = chooseMaps(['stat_mean'], config, names, 'HU');
  const made = await featureMaps(image, mask, config, choices);
  expect(made.grid.shape).toEqual([9, 8, 14, 1]);
  // Twice the slices between the same two outer faces.
  expect(made.grid.affineRas.slice(8, 12)).toEqual([0, 0, 1, -0.5]);
  const volume = mapVolume(made, 0, Number.NaN);
  expect(volume.filter((value) => !Number.isNaN(value)).length).toBe(made.voxels.length);
  expect(choices[0]!.unit).toBe('HU');
});

it('takes tags, PyRadiomics names and families, and refuses what has no map', () => {
  const config = RadiomicsConfig.parse(input);
  const of = (...wanted: string[]) => chooseMaps(wanted, config, names, '1').map(({ name }) => name);
  expect(of('glcm_JointEntropy', 'cm_joint_entr_3D_avg')).toEqual(['cm_joint_entr_3D_avg', 'cm_joint_entr_3D_comb']);
  expect(of('original_firstorder_Mean')).toEqual(['stat_mean']);
  expect(of('ngtdm')).toHaveLength(5);
  expect(() => of('morph_volume')).toThrow('there is no feature map morph_volume');
});

it('counts voxels without a value, and undefined values', async () => {
  const holed: ImageHandle = imageOf(
    grid,
    values.map((value, at) => (at === mask.origin[0] + 40 ? Number.NaN : value)),
  );
  const config = RadiomicsConfig.parse({ ...input, families: ['statistics'] });
  const alone = boxed(
    Uint8Array.from(values, (_, at) => (at === 100 || at === 40 + mask.origin[0] ? 1 : 0)),
    grid,
  );
  const made = await featureMaps(holed, alone, config, chooseMaps(['cm_contrast'], config, names, '1'));
  expect(made.voxels).toEqual(Int32Array.of(100));
  expect(made.issues.map(({ code }) => code)).toEqual(['voxels-without-value', 'radiomics-maps-without-value']);
});
