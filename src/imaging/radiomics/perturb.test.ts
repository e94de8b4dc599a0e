import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { boxed, type RegionMask, wholeMask } from '../../voxels/mask.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { RadiomicsConfig } from './config.ts';
import { type FeatureName, featureNames, namesFile } from './names.ts';
import { perturbed } from './perturb.ts';
import { icc11, measureRobustness, robustnessTable } from './robustness.ts';
import { scatter } from './testRegion.ts';

const grid = axialGrid([30, 28, 20], [1, 1, 2]);

function ball(radius: number, [a, b, c] = [15, 14, 20]): RegionMask {
  const inside = Uint8Array.from({ length: 30 * 28 * 20 }, (_, at) => {
    const [i, j, k] = [at % 30, Math.floor(at / 30) % 28, Math.floor(at / 840)];
    return Math.hypot(i - a!, j - b!, 2 * k - c!) <= radius ? 1 : 0;
  });
  return boxed(inside, grid);
}

function centre(mask: RegionMask): number[] {
  const whole = wholeMask(mask);
  const sums = [0, 0, 0];
  for (let at = 0; at < whole.length; at++)
    if (whole[at])
      for (const [axis, one] of [at % 30, Math.floor(at / 30) % 28, Math.floor(at / 840)].entries()) sums[axis]! += one;
  return sums.map((sum) => sum / mask.voxels);
}

describe('perturbed masks', () => {
  const mask = ball(8.2);
  const all = new Map([...perturbed(mask)].map((one) => [one.name, one.mask]));

  it('go through the schedule, the same each time', () => {
    expect([...all.keys()]).toEqual([
      ...['i', 'j', 'k'].flatMap((axis) => [`shift ${axis} -0.5`, `shift ${axis} 0.5`]),
      ...['turn -5', 'turn 5', 'volume 0.85', 'volume 1.15'],
      ...[1, 2, 3, 4, 5].map((round) => `contour ${round}`),
    ]);
    expect([...perturbed(mask)].map((one) => one.mask)).toEqual([...all.values()]);
  });
  it('shift by half a voxel', () => {
    const [i, j, k] = centre(mask);
    expect(centre(all.get('shift i 0.5')!)[0]! - i!).toBeCloseTo(0.5, 1);
    expect(centre(all.get('shift j -0.5')!)[1]! - j!).toBeCloseTo(-0.5, 1);
    expect(centre(all.get('shift k 0.5')!)[2]! - k!).toBeCloseTo(0.5, 1);
  });
  it('turn about the centre without going elsewhere', () => {
    // A bar along i leans by 5 degrees.
    const bar = boxed(
      Uint8Array.from({ length: 30 * 28 * 20 }, (_, at) =>
        at % 30 > 3 &&
        at % 30 < 26 &&
        Math.abs((Math.floor(at / 30) % 28) - 14) < 4 &&
        Math.abs(Math.floor(at / 840) - 9) < 3
          ? 1
          : 0,
      ),
      grid,
    );
    const turned = [...perturbed(bar)].find(({ name }) => name === 'turn 5')!.mask;
    const whole = wholeMask(turned);
    let [sxy, sxx] = [0, 0];
    const [ci, cj] = centre(turned);
    for (let at = 0; at < whole.length; at++)
      if (whole[at]) {
        const [x, y] = [(at % 30) - ci!, (Math.floor(at / 30) % 28) - cj!];
        sxy += x * y;
        sxx += x * x;
      }
    expect((Math.atan(sxy / sxx) * 180) / Math.PI).toBeCloseTo(5, 0);
    expect(ci).toBeCloseTo(centre(bar)[0]!, 1);
  });
  it('grow and shrink to the volumes of the schedule', () => {
    expect(all.get('volume 1.15')!.voxels).toBe(Math.round(mask.voxels * 1.15));
    expect(all.get('volume 0.85')!.voxels).toBe(Math.round(mask.voxels * 0.85));
    for (const name of ['volume 0.85', 'volume 1.15'])
      for (const [axis, one] of centre(all.get(name)!).entries()) expect(one - centre(mask)[axis]!).toBeCloseTo(0, 0);
  });
  it('move the contour by no more than a voxel', () => {
    const [inner, outer] = [ball(6.2), ball(10.2)].map(wholeMask);
    const drawn = wholeMask(mask);
    for (const round of [1, 2, 3, 4, 5]) {
      const whole = wholeMask(all.get(`contour ${round}`)!);
      expect(whole.some((one, at) => one !== drawn[at])).toBe(true);
      expect(whole.every((one, at) => one >= inner![at]! && one <= outer![at]!)).toBe(true);
    }
  });
  it('stand at the border of the image, in one voxel, in one slice', () => {
    expect([...perturbed(ball(6, [0, 0, 0]))].every((one) => one.mask.voxels > 0)).toBe(true);
    const one = new Uint8Array(30 * 28 * 20);
    one[5000] = 1;
    expect([...perturbed(boxed(one, grid))].length).toBeGreaterThan(0);
    const flat = axialGrid([9, 9, 1], [1, 1, 5]);
    const names = [...perturbed(boxed(new Uint8Array(81).fill(1, 30, 50), flat))].map(({ name }) => name);
    expect(names.some((name) => name.startsWith('shift k'))).toBe(false);
    expect([...perturbed(boxed(new Uint8Array(81), flat))]).toEqual([]);
  });
});

describe('robustness', () => {
  it('gives ICC(1,1) as Shrout and Fleiss 1979 have it for their table', () => {
    const table = [
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [10, 5, 6, 9],
      [6, 2, 4, 7],
    ];
    expect(icc11(table)).toBeCloseTo(0.17, 2);
    expect(icc11([[1, 2]])).toBeUndefined();
    expect(
      icc11([
        [1, 1],
        [1, 1],
      ]),
    ).toBeUndefined();
  });
  it('finds the mean of a constant image steady and the volume not', async () => {
    const names = featureNames(loadKnowledge(namesFile).data as unknown as { features: FeatureName[] });
    const config = RadiomicsConfig.parse({
      discretise: { method: 'fixed-bin-size', width: 10 },
      families: ['morphology', 'statistics'],
    });
    const values = scatter(30 * 28 * 20, 40).map((value) => value + 100);
    const found = await measureRobustness(imageOf(grid, values), ball(8.2), config, names);
    const of = (tag: string) => found.find((one) => one.tag === tag)!;
    expect(of('stat_mean').values).toHaveLength(15);
    expect(of('stat_mean').variationPercent).toBeLessThan(2);
    expect(of('morph_volume').variationPercent).toBeGreaterThan(3);
    expect(of('morph_volume').low).toBeLessThan(0.9 * of('morph_volume').value);
    expect(of('morph_volume').high).toBeGreaterThan(1.1 * of('morph_volume').value);
    const table = new TextDecoder().decode(
      robustnessTable([
        { label: 'a', features: found },
        { label: 'b', features: found },
      ]),
    );
    expect(table.split('\r\n')[0]).toBe('label,tag,name,value,masks,mean,sd,cv_percent,low,high,unit,icc');
    expect(table.split('\r\n')).toHaveLength(2 * found.length + 2);
  });
});
