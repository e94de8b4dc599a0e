import { describe, expect, it } from 'vitest';
import { type Levels, levelsOf } from '../levels.ts';
import type { Prepared } from '../prepare.ts';
import { madeRegion } from '../testRegion.ts';
import { autocorrelation } from './autocorrelation.ts';
import { coOccurrenceMatrices } from './coOccurrence.ts';
import { localIntensity } from './localIntensity.ts';
import { neighbourhoods } from './neighbourhoods.ts';
import { runLengths } from './runLengths.ts';
import { zoneMatrices } from './zones.ts';

interface Voxel {
  at: [number, number, number];
  level: number;
}

function voxelsOf({ size, levels }: Levels): Voxel[] {
  const found: Voxel[] = [];
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, at++) if (levels[at] !== 0) found.push({ at: [x, y, z], level: levels[at]! });
  return found;
}

const apart = (a: Voxel, b: Voxel): number => Math.max(...a.at.map((value, axis) => Math.abs(value - b.at[axis]!)));

async function made(): Promise<{ prepared: Prepared; levels: Levels; voxels: Voxel[] }> {
  const prepared = await madeRegion();
  const levels = levelsOf(prepared, { method: 'none' });
  return { prepared, levels, voxels: voxelsOf(levels) };
}

describe('matrices against counting by hand', () => {
  it('pairs of all 13 directions', async () => {
    const { levels, voxels } = await made();
    const [pairs] = coOccurrenceMatrices(levels, '3D_comb', 1, (all) => all.slice());
    const side = levels.count + 1;
    for (let i = 1; i < side; i++)
      for (let j = i; j < side; j++) {
        const expected = voxels.flatMap((a) =>
          voxels.filter((b) => apart(a, b) === 1 && a.level === i && b.level === j),
        ).length;
        const ours = i === j ? 2 * pairs![i * side + j]! : pairs![i * side + j]! + pairs![j * side + i]!;
        expect(ours).toBe(expected);
      }
  });

  it('zones and their sizes', async () => {
    const { levels, voxels } = await made();
    const seen = new Set<Voxel>();
    const expected = new Map<string, number>();
    for (const start of voxels) {
      if (seen.has(start)) continue;
      const zone = [start];
      seen.add(start);
      for (const one of zone)
        for (const other of voxels)
          if (!seen.has(other) && other.level === one.level && apart(one, other) === 1) {
            seen.add(other);
            zone.push(other);
          }
      const key = `${start.level} ${zone.length}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    const { sizes } = zoneMatrices(levels, false, undefined)[0]!;
    const ours = new Map(Array.from(sizes.count, (count, at) => [`${sizes.level[at]} ${sizes.column[at]}`, count]));
    expect(ours).toEqual(expected);
  });

  it('neighbours alike, and differences from their mean', async () => {
    const { levels, voxels } = await made();
    const { tones, dependences } = neighbourhoods(levels, false, { alpha: 1, withLone: false })[0]!;
    const differences = new Array<number>(levels.count + 1).fill(0);
    const alike = new Map<string, number>();
    for (const one of voxels) {
      const near = voxels.filter((other) => apart(one, other) === 1);
      const mean = near.reduce((sum, { level }) => sum + level, 0) / near.length;
      if (near.length > 0) differences[one.level]! += Math.abs(one.level - mean);
      const key = `${one.level} ${1 + near.filter(({ level }) => Math.abs(level - one.level) <= 1).length}`;
      alike.set(key, (alike.get(key) ?? 0) + 1);
    }
    for (const [level, value] of differences.entries()) expect(tones.differences[level]).toBeCloseTo(value, 10);
    const ours = Array.from(dependences.count, (count, at) => [
      `${dependences.level[at]} ${dependences.column[at]}`,
      count,
    ]);
    expect(new Map(ours as [string, number][])).toEqual(alike);
  });

  it('runs: as many voxels as there are in each direction', async () => {
    const { levels } = await made();
    // Run percentage is runs / voxels; a volume of one level along x alone has one run a row.
    const flat: Levels = { ...levels, levels: levels.levels.map((level) => (level === 0 ? 0 : 1)), count: 1 };
    const all = runLengths(flat, '3D_avg');
    expect(all).toHaveLength(13);
    for (const values of all) {
      expect(values![12]).toBeGreaterThan(0);
      expect(values![12]).toBeLessThanOrEqual(1);
    }
  });
});

describe('sums over all pairs and spheres against the plain loops', () => {
  it('Moran and Geary', async () => {
    const { prepared, voxels } = await made();
    const values = voxels.map(({ at }) => valueAt(prepared, at));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    let [w, products, squares, spread] = [0, 0, 0, 0];
    for (const [a, va] of values.entries()) {
      squares += (va - mean) ** 2;
      for (const [b, vb] of values.entries()) {
        if (a === b) continue;
        const weight = 1 / Math.hypot(...voxels[a]!.at.map((x, axis) => x - voxels[b]!.at[axis]!));
        w += weight;
        products += weight * (va - mean) * (vb - mean);
        spread += weight * (va - vb) ** 2;
      }
    }
    const n = values.length;
    const [moran, geary] = autocorrelation(prepared)!;
    expect(moran).toBeCloseTo((n * products) / (w * squares), 10);
    expect(geary).toBeCloseTo(((n - 1) * spread) / (2 * w * squares), 10);
  });

  it('peaks', async () => {
    const prepared = await madeRegion([9, 9, 9], [3, 2, 4]);
    const voxels = voxelsOf(levelsOf(prepared, { method: 'none' }));
    const radius = (3000 / (4 * Math.PI)) ** (1 / 3);
    const means = voxels.map(({ at }) => {
      let [sum, count] = [0, 0];
      for (let z = 1; z <= 9; z++)
        for (let y = 1; y <= 9; y++)
          for (let x = 1; x <= 9; x++)
            if (Math.hypot((x - at[0]) * 3, (y - at[1]) * 2, (z - at[2]) * 4) <= radius) {
              sum += valueAt(prepared, [x, y, z]);
              count++;
            }
      return sum / count;
    });
    const top = voxels.flatMap(({ at }, n) => (valueAt(prepared, at) === 5 ? [means[n]!] : []));
    const [local, global] = localIntensity(prepared);
    expect(local).toBeCloseTo(Math.max(...top), 9);
    expect(global).toBeCloseTo(Math.max(...means), 9);
  });
});

/** Value at a place of the padded box of the levels. */
function valueAt({ values, imageSize, range }: Prepared, [x, y, z]: [number, number, number]): number {
  const [i, j, k] = [x - 1 + range.low[0], y - 1 + range.low[1], z - 1 + range.low[2]];
  return values[(k * imageSize[1] + j) * imageSize[0] + i]!;
}
