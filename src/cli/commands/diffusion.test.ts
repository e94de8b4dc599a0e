import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { directions, gaussian, testSeries } from '../../imaging/diffusion/testSeries.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { runCommand } from '../testTerminal.ts';
import { command } from './diffusion.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-diffusion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const { image, grid } = testSeries(gaussian(1.7, 0.4, 0.3));
const volumes = await Promise.all(Array.from({ length: 13 }, (_, t) => image.readVolume(t)));
const dwi = file(
  'dwi.nii',
  writeNifti(
    grid,
    volumes.flatMap((volume) => [...volume]),
    { datatype: 'float32' },
  ),
);
// The axes of the grid lead to left, back and head: FSL's i and j are the patient's, turned round.
const bvec = [0, 1, 2].map((axis) =>
  [0, ...directions.map((g) => (axis < 2 ? -g[axis]! : g[axis]!) * (axis === 0 ? -1 : 1))].join(' '),
);
const bval = `0 ${new Array(12).fill(1000).join(' ')}`;

interface Document {
  model: string;
  voxels: number;
  maps: { name: string; file: string; unit: string; median?: number }[];
  issues: { code: string }[];
}

const run = (positionals: string[], options: Record<string, string> = {}) =>
  runCommand<Document>(command, positionals, options);

describe('idiograph diffusion', () => {
  it('finds the tables beside the image, fits the tensor and writes maps on its grid', async () => {
    file('dwi.bval', bval);
    file('dwi.bvec', bvec.join('\n'));
    const out = join(folder, 'maps');
    const { code, document } = await run([dwi], { out });
    expect(code).toBe(0);
    expect(document.model).toBe('dti');
    const md = document.maps.find(({ name }) => name === 'md')!;
    expect(md).toMatchObject({ file: 'md.nii.gz', unit: 'mm2/s', median: expect.closeTo(0.8e-3, 7) });
    const header = new DataView(Uint8Array.from(gunzipSync(readFileSync(join(out, 'md.nii.gz')))).buffer);
    expect([1, 2, 3].map((axis) => header.getInt16(40 + 2 * axis, true))).toEqual([14, 14, 14]);
    const vector = new DataView(Uint8Array.from(gunzipSync(readFileSync(join(out, 'v1.nii.gz')))).buffer);
    const middle = 7 + 14 * (7 + 14 * 7);
    expect(vector.getFloat32(352 + 4 * middle, true)).toBeCloseTo(1, 5);
    for (const { file: name } of document.maps) expect(existsSync(join(out, name))).toBe(true);
    expect((await run([dwi], { out: join(folder, 'adc'), model: 'adc' })).document.maps[0]).toMatchObject({
      name: 'adc',
    });
  });

  it('takes the tables by option, and refuses what does not fit with exit code 1 and no map', async () => {
    const out = join(folder, 'none');
    const short = { out, bval: file('short.bval', '0 1000'), bvec: file('short.bvec', '0 1\n0 0\n0 0') };
    const { code, document } = await run([dwi], short);
    expect(code).toBe(1);
    expect(document.issues.map(({ code: one }) => one)).toContain('gradients-count-mismatch');
    expect(existsSync(out)).toBe(false);
    const alone = await run([dwi], { out: join(folder, 'alone'), bval: file('own.bval', bval) });
    expect(alone.document.model).toBe('adc');
  });

  it('says that nothing was fitted where no signal falls with weighting, and gives no median', async () => {
    const of = async (name: string, value: number) => {
      const flat = new Float32Array(14 ** 3 * 13).fill(value);
      const path = file(`${name}.nii`, writeNifti(grid, flat, { datatype: 'float32' }));
      return run([path], {
        out: join(folder, name),
        bval: file('of.bval', bval),
        bvec: file('of.bvec', bvec.join('\n')),
      });
    };
    const flat = await of('flat', 100);
    expect(flat.code).toBe(1);
    expect(flat.document.issues.map(({ code }) => code)).toContain('diffusion-nothing-fitted');
    for (const map of flat.document.maps) expect(map).not.toHaveProperty('median');
    const zero = await of('zero', 0);
    expect(zero.code).toBe(1);
    expect(zero.document).toMatchObject({ maps: [] });
    expect(zero.document.issues.map(({ code }) => code)).toContain('diffusion-no-signal');
  });

  it.each([
    ['no output folder', [dwi], {}, /name one series/],
    ['a model that is none', [dwi], { out: 'x', model: 'foo' }, /no model "foo"/],
    ['a method of another model', [dwi], { out: 'x', model: 'dti', method: 'full' }, /none of dti/],
    ['half a thread', [dwi], { out: 'x', threads: '0.5' }, /--threads wants a whole number from 1 to 64/],
    ['weights that are left out', [dwi], { out: 'x', b: '' }, /no list of numbers/],
    ['a path that is not there', [join(folder, 'no.nii')], { out: 'x' }, /is not there/],
    ['directions alone', [dwi], { out: 'x', bvec: 'y' }, /without --bval/],
    ['words for b-values', [dwi], { out: 'x', bval: file('bad.bval', 'a b c') }, /something else than numbers/],
    ['something else than an image', [file('text.nii', 'text')], { out: 'x' }, /is not an image/],
  ])('%s is refused with a reason', async (_, positionals, options, reason) => {
    await expect(run(positionals, options)).rejects.toThrow(reason);
  });
});
