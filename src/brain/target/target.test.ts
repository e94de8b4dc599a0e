import { describe, expect, it } from 'vitest';
import type { ImageHandle } from '../../dossier/image.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { type ComputeOptions, computeTarget } from './compute.ts';
import { distance, type Point } from './locate.ts';
import { settingsPath, TargetSettings } from './settings.ts';
import { type SimulatedRest, simulateRest } from './testRest.ts';

const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
const circuit = settings.circuits.find(({ id }) => id === 'depression-dlpfc')!;
const truth: Point = [-42, 36, 36];
const base: SimulatedRest = { minutes: 12, targetMni: truth, seed: 7, voxelMm: 5, repetitionTimeS: 3, amplitude: 0.9 };

async function targetOf(
  change: Partial<SimulatedRest>,
  more: Partial<ComputeOptions> = {},
  turn = (image: ImageHandle) => image,
) {
  const { image, framewiseDisplacementMm } = simulateRest({ ...base, ...change });
  return computeTarget(turn(image), circuit, settings.limits, {
    ...{ repetitionTimeS: 3, framewiseDisplacementMm, replicates: 100, blockS: 30, seed: 1 },
    ...more,
  });
}

describe('a target from rest', () => {
  it(
    'lies within its radius of the truth, the same bits twice, both sides of storage',
    { timeout: 120_000 },
    async () => {
      const first = await targetOf({});
      expect(first.state).toBe('individual');
      expect(distance(first.xyzMm!, truth)).toBeLessThan(first.own!.radius95Mm + 3);
      expect(first.own!.radius95Mm).toBeLessThan(10);
      expect((await targetOf({})).own!.cloud).toEqual(first.own!.cloud);
      const flipped = await targetOf({}, {}, mirroredStorage);
      expect(distance(flipped.xyzMm!, first.xyzMm!)).toBeLessThan(0.01);
    },
  );

  it(
    'falls back on the group with the reason: too short, too much motion, drop-out, denoised, nothing there',
    { timeout: 120_000 },
    async () => {
      const reasonsOf = async (
        change: Partial<SimulatedRest>,
        more: Partial<ComputeOptions> = {},
        turn?: (image: ImageHandle) => ImageHandle,
      ) => {
        const { state, xyzMm, reasons } = await targetOf(change, more, turn);
        expect([state, xyzMm]).toEqual(['group-fallback', [-38, 44, 26]]);
        return reasons.map(({ code }) => code);
      };
      expect(await reasonsOf({ minutes: 8 })).toEqual(['rest-too-short']);
      expect(await reasonsOf({ motion: 0.4 })).toEqual(['rest-too-short']);
      expect(await reasonsOf({ subgenualSignal: 0.15 })).toEqual(['seed-signal-lost']);
      expect(await reasonsOf({}, {}, withoutMean)).toContain('seed-signal-unknown');
      expect(await reasonsOf({ amplitude: 0 })).toContain('radius-too-large');
    },
  );

  it('refuses images that do not hold the area', { timeout: 60_000 }, async () => {
    const { reasons } = await targetOf({}, {}, (image) => ({
      ...image,
      grid: { ...image.grid, affineRas: [5, 0, 0, 30, 0, 5, 0, -12, 0, 0, 5, -27, 0, 0, 0, 1] },
    }));
    expect(reasons.map(({ code }) => code)).toEqual(['rest-unsuitable']);
  });
});

/** The same image with i stored from right to left and the affine that says so. */
function mirroredStorage(image: ImageHandle): ImageHandle {
  const [ni] = image.grid.shape;
  const affineRas = [...image.grid.affineRas];
  affineRas[3] = affineRas[3]! + affineRas[0]! * (ni - 1);
  affineRas[0] = -affineRas[0]!;
  const readVolume = async (t = 0): Promise<Float32Array> => {
    const volume = await image.readVolume(t);
    for (let at = 0; at < volume.length; at += ni) volume.subarray(at, at + ni).reverse();
    return volume;
  };
  return { ...image, grid: { ...image.grid, affineRas }, readVolume };
}

function withoutMean(image: ImageHandle): ImageHandle {
  const readVolume = async (t = 0): Promise<Float32Array> =>
    (await image.readVolume(t)).map((value) => (value === 0 ? 0 : value - 1000));
  return { ...image, readVolume };
}
