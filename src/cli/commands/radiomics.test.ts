import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../../intake/nifti/write.ts';
import { axialGrid } from '../../voxels/testImage.ts';
import type { Terminal } from '../command.ts';
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

async function run(positionals: string[], options: Record<string, string> = {}) {
  const said: string[] = [];
  let document: unknown;
  const terminal: Terminal = {
    json: true,
    say: (line) => said.push(line),
    warn: (line) => said.push(line),
    document: (value) => {
      document = value;
    },
    documentLine: () => {},
    progress: () => {},
    signal: new AbortController().signal,
    now: () => '2026-03-10T12:00:00Z',
    actor: 'test',
  };
  const code = await command.run({ positionals, options }, terminal);
  return { code, said, document: document as Document };
}

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
