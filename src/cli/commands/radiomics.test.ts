import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../../intake/nifti/write.ts';
import { axialGrid } from '../../voxels/testImage.ts';
import { runCommand } from '../testTerminal.ts';
import { command } from './radiomics.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-radiomics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grid = axialGrid([12, 11, 10], [1, 1, 1]);
const count = 12 * 11 * 10;

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function volume(name: string, numberAt: (at: number) => number): string {
  return file(
    name,
    writeNifti(
      grid,
      Array.from({ length: count }, (_, at) => numberAt(at)),
      { datatype: 'int16' },
    ),
  );
}

const image = volume('image.nii', (at) => (at * 7919) % 400);
const mask = volume('mask.nii', (at) => {
  const [x, y, z] = [at % 12, Math.floor(at / 12) % 11, Math.floor(at / 132)];
  return (x - 5) ** 2 + (y - 5) ** 2 + (z - 5) ** 2 <= 16 ? 1 : x === 11 && y === 10 ? 3 : 0;
});
const config = file('config.json', JSON.stringify({ discretise: { method: 'fixed-bin-size', width: 25 } }));

interface Document {
  voxels: number;
  seconds: number;
  features: { name: string; tag: string; family: string; aggregation?: string; value: number | null; unit: string }[];
  issues: { code: string }[];
}

const run = (positionals: string[], options: Record<string, string> = {}) =>
  runCommand<Document>(command, positionals, options);

describe('idiograph radiomics', () => {
  it('prints each value under its IBSI tag, and says how long it took', async () => {
    const { code, document, said } = await run([image, mask], { config });
    expect(code).toBe(0);
    const tags = document.features.map(({ tag }) => tag);
    expect(tags).toEqual(
      expect.arrayContaining(['morph_volume', 'cm_joint_max_3D_avg', 'rlm_sre_3D_comb', 'szm_sze_3D']),
    );
    expect(new Set(tags).size).toBe(tags.length);
    expect(document.voxels).toBe(257);
    expect(document.seconds).toBeGreaterThan(0);
    expect(said.at(-1)).toMatch(/257 voxels, in \d+\.\d\d s$/);
  });

  it('takes the mask as an option, another label, and the other profile', async () => {
    const { document } = await run([image], { mask, label: '3', profile: 'pyradiomics' });
    expect(document.voxels).toBe(10);
    expect(document.features).toHaveLength(107);
    expect(document.features.map(({ name }) => name)).toContain('original_glcm_MCC');
    expect(document.issues.map(({ code }) => code)).toContain('radiomics-tiny-region');
  });

  it('computes only the features that a parameter file names', async () => {
    const path = file('params.yaml', 'featureClass:\n  glcm: [Idm, Contrast]\nsetting:\n  binWidth: 10\n');
    const { document } = await run([image, mask], { config: path });
    expect(document.features.map(({ name }) => name).sort()).toEqual(['original_glcm_Contrast', 'original_glcm_Idm']);
  });

  it.each([
    ['a label that is not there', [image, mask], { label: '9' }, /no voxel of value 9/],
    ['no mask', [image], {}, /name an image and a mask/],
    ['a path that is not there', [image, join(folder, 'none.nii')], {}, /is not there/],
    ['something else than an image', [config, mask], {}, /is not an image/],
    ['a profile that is none', [image, mask], { profile: 'other' }, /no profile/],
    ['a parameter that is not supported', [image, mask], { config: file('bad.yaml', 'setting:\n  foo: 1\n') }, /foo/],
  ])('%s is refused with a reason', async (_, positionals, options, reason) => {
    await expect(run(positionals, options)).rejects.toThrow(reason);
  });
});

describe('feature maps', () => {
  it('are written on the grid of the image, with values in the region only', async () => {
    const out = join(folder, 'maps');
    const { document } = await run([image, mask], {
      config,
      maps: 'stat_mean,glcm_Contrast',
      out,
      'kernel-radius': '2',
    });
    const { maps, voxels } = document as unknown as { maps: { file: string; unit: string }[]; voxels: number };
    expect(maps.map(({ file: name }) => name)).toEqual([
      ...['stat_mean.nii.gz', 'cm_contrast_3D_avg.nii.gz', 'cm_contrast_3D_comb.nii.gz'],
    ]);
    const bytes = gunzipSync(readFileSync(join(out, 'stat_mean.nii.gz')));
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 352, bytes.byteOffset + 352 + 4 * count));
    expect(values.filter((value) => !Number.isNaN(value))).toHaveLength(voxels);
    // The middle of the ball: the mean of the whole cube round it.
    const cube = Array.from({ length: 125 }, (_, at) => {
      const place = ((3 + Math.floor(at / 25)) * 11 + 3 + (Math.floor(at / 5) % 5)) * 12 + 3 + (at % 5);
      return (place * 7919) % 400;
    });
    expect(values[(5 * 11 + 5) * 12 + 5]).toBeCloseTo(cube.reduce((sum, value) => sum + value, 0) / 125, 4);
  });

  it.each([
    [{ maps: 'stat_mean' }, 'maps need names and a folder'],
    [{ 'kernel-radius': '2' }, '--out and --kernel-radius go with --maps'],
    [{ maps: 'stat_mean', out: 'x', 'kernel-radius': '1.5' }, 'whole number of voxels'],
    [{ maps: 'morph_volume', out: 'x' }, 'there is no feature map morph_volume'],
  ])('%j is refused', async (options, message) => {
    await expect(run([image, mask], { config, ...options })).rejects.toThrow(message);
  });
});

describe('regions and values that are not there', () => {
  it('names the file of a mask that lies elsewhere, and where both are', async () => {
    const elsewhere = file(
      'elsewhere.nii',
      writeNifti(axialGrid([12, 11, 10], [1, 1, 1], [300, 0, 0]), new Array<number>(count).fill(1), {
        datatype: 'uint8',
      }),
    );
    await expect(run([image, elsewhere], { config })).rejects.toThrow(
      /elsewhere\.nii: The region lies outside the image/,
    );
  });

  it('leaves voxels out that hold no number, and says how many', async () => {
    const holed = Array.from({ length: count }, (_, at) => (at % 10 === 0 ? Number.NaN : 50 + (at % 7)));
    const gaps = file('gaps.nii', writeNifti(grid, holed, { datatype: 'float32' }));
    const { document } = await run([gaps, mask], { config });
    expect(document.issues.map(({ code }) => code)).toContain('voxels-without-value');
    expect(document.features.find(({ tag }) => tag === 'stat_min')!.value).toBeGreaterThanOrEqual(50);
    const none = file('none.nii', writeNifti(grid, holed.fill(Number.NaN), { datatype: 'float32' }));
    const empty = await run([none, mask], { config });
    expect(empty.code).toBe(1);
    expect(empty.document.issues.map(({ code }) => code)).toContain('radiomics-no-values');
  });
});
