import { describe, expect, it } from 'vitest';
import { seconds } from '../../kinetics/units.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { buxton, labellingEfficiency, singleDelayCbf } from './asl/quantify.ts';
import { type AslOptions, type AslRole, aslMaps } from './asl.ts';
import { mapMedian } from './regional.ts';

const constants = {
  t1BloodS: seconds(1.65),
  t1TissueS: seconds(1.33),
  partitionMlPerG: 0.9,
  efficiency: labellingEfficiency('pcasl', 0),
};
const labelling = { type: 'pcasl', durationS: seconds(1.8) } as const;
const m0 = 1000;
const header = {
  ArterialSpinLabelingType: 'PCASL',
  LabelingDuration: 1.8,
  PostLabelingDelay: 1.8,
  MagneticFieldStrength: 3,
  MRAcquisitionType: '3D',
};

/** A block of tissue of one flow: volumes by their role, the difference signal taken from label. */
function series(
  roles: readonly AslRole[],
  differences: (volume: number, k: number) => number,
  metadata: Record<string, unknown> = header,
) {
  const shape = [6, 6, 3] as [number, number, number];
  const grid = { ...axialGrid(shape, [4, 4, 6]) };
  grid.shape = [...shape, roles.length];
  const values = new Float32Array(108 * roles.length);
  for (const [volume, role] of roles.entries())
    for (let at = 0; at < 108; at++)
      values[volume * 108 + at] = m0 - (role === 'label' ? differences(volume, Math.floor(at / 36)) : 0);
  return imageOf(grid, values, metadata);
}
const pairs: AslRole[] = ['m0scan', 'label', 'control', 'label', 'control'];
/** ΔM by the consensus formula turned round. */
const difference = 60 / singleDelayCbf(1, m0, labelling, seconds(1.8), constants);

async function cbfOf(image: ReturnType<typeof series>, options: AslOptions = {}) {
  const found = await aslMaps(image, options);
  if ('refused' in found) throw new Error(found.refused.code);
  return { ...found, value: mapMedian(found.maps.maps[0]!.values)!, codes: found.issues.map(({ code }) => code) };
}

describe('ASL', () => {
  it('has its number from the consensus formula', () => {
    // By hand: 6000 x 0.9 x 10 x e^(1.8/1.65) / (2 x 0.85 x 1.65 x 1000 x (1 - e^(-1.8/1.65))).
    const byHand = (6000 * 0.9 * 10 * Math.exp(1.8 / 1.65)) / (2 * 0.85 * 1.65 * 1000 * (1 - Math.exp(-1.8 / 1.65)));
    expect(singleDelayCbf(10, 1000, labelling, seconds(1.8), constants)).toBeCloseTo(byHand, 10);
    expect(labellingEfficiency('pcasl', 2)).toBeCloseTo(0.85 * 0.95 ** 2, 12);
  });

  it('gives CBF with one delay', async () => {
    const { value, kind } = await cbfOf(
      series(pairs, () => difference),
      { contexts: pairs },
    );
    expect(kind).toBe('absolute-single');
    expect(value).toBeCloseTo(60, 2);
  });

  it('counts the later slices of a 2D readout by their longer delay', async () => {
    const roles = pairs;
    const image = series(roles, (_, k) => difference * Math.exp((-k * 0.05) / 1.65), {
      ...header,
      MRAcquisitionType: '2D',
    });
    const { maps } = await cbfOf(image, { contexts: roles, sliceTimeS: 0.05 });
    for (const voxel of [0, 40, 80]) expect(maps.maps[0]!.values[voxel]).toBeCloseTo(60, 2);
    expect((await cbfOf(image, { contexts: roles })).codes).toContain('asl-slice-time-unknown');
  });

  it('fits flow and arrival to several delays', async () => {
    const delays = [0.5, 1, 1.5, 2, 2.5];
    const roles: AslRole[] = ['m0scan', ...delays.flatMap((): AslRole[] => ['label', 'control'])];
    const image = series(
      roles,
      (volume) => buxton(1.8 + delays[Math.floor((volume - 1) / 2)]!, 45, 1.3, m0, labelling, constants),
      {
        ...header,
        PostLabelingDelay: delays,
      },
    );
    const { value, maps, kind } = await cbfOf(image, { contexts: roles });
    expect(kind).toBe('absolute-multi');
    expect(value / 45).toBeCloseTo(1, 3);
    expect(mapMedian(maps.maps[2]!.values)).toBeCloseTo(1.3, 3);
  });

  it.each([
    ['kind of labelling', 'ArterialSpinLabelingType'],
    ['duration', 'LabelingDuration'],
    ['delay', 'PostLabelingDelay'],
    ['field', 'MagneticFieldStrength'],
  ])('is relative, and says so, without the %s', async (_, key) => {
    const { kind, codes, value } = await cbfOf(
      series(pairs, () => 7, { ...header, [key]: undefined }),
      { contexts: pairs },
    );
    expect([kind, value]).toEqual(['relative', 7]);
    expect(codes).toContain('asl-not-quantified');
  });

  it('is relative without M0, and refused without an order', async () => {
    const roles: AslRole[] = ['label', 'control', 'label', 'control'];
    expect(
      (
        await cbfOf(
          series(roles, () => 7),
          { contexts: roles },
        )
      ).kind,
    ).toBe('relative');
    expect(await aslMaps(series(roles, () => 0))).toMatchObject({ refused: { code: 'asl-order-unknown' } });
    expect(
      await aslMaps(
        series(roles, () => 7),
        { contexts: ['label', 'control'] },
      ),
    ).toMatchObject({
      refused: { code: 'asl-contexts-do-not-match' },
    });
    const { contexts, codes } = await cbfOf(series(roles, () => 7));
    expect(contexts).toEqual(roles);
    expect(codes).toContain('asl-order-inferred');
  });
});
