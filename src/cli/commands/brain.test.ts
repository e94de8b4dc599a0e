import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headGrid, headPhantom } from '../../../examples/phantoms/head.ts';
import { installTinySegmenter } from '../../../examples/tiny-segmenter/install.ts';
import { openNifti } from '../../intake/nifti/open.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { runCommand } from '../testTerminal.ts';
import { command as brain } from './brain.ts';
import { command as deface } from './deface.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-brain-'));
const packs = join(folder, 'packs');
const t1 = join(folder, 'sub-01_T1w.nii.gz');
const flat = join(folder, 'sub-02_T1w.nii.gz');
const [ni, nj, nk] = headGrid.shape;
const phantom = headPhantom();
/** A small head, so that the network is done soon. */
const spacing = 0.75;

/** The tiny network under the name of the real one: it knows the phantom, and commands take it for the real one. */
beforeAll(async () => {
  await installTinySegmenter(packs);
  renameSync(join(packs, 'tiny-segmenter'), join(packs, 'meshnet-18'));
  const manifest = join(packs, 'meshnet-18', 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"tiny-segmenter"', '"meshnet-18"'));
  const [x, y, z] = [ni, nj, nk].map((n) => (spacing * (n - 1)) / 2) as [number, number, number];
  const affineRas = [-spacing, 0, 0, x, 0, -spacing, 0, y, 0, 0, spacing, -z, 0, 0, 0, 1];
  const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas };
  const write = (path: string, values: ArrayLike<number>): void =>
    writeFileSync(path, writeNiftiGz(grid, values, { datatype: 'int16', description: '' }));
  write(t1, phantom.values);
  write(flat, new Int16Array(phantom.values.length).fill(7));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = async (path: string) => {
  const bytes = readFileSync(path);
  const image = await openNifti({ id: path, blob: '', path }, { bytes: async () => bytes });
  return { grid: image.grid, values: await image.readVolume(0) };
};

describe('idiograph brain', () => {
  it('writes labels, names and volumes of a head, and the quality of its scan', async () => {
    const out = join(folder, 'brain');
    const { code, document } = await runCommand<{ findings: { measure: string; site: string; value: number }[] }>(
      brain,
      [t1],
      { out, packs },
    );
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['labels.nii.gz', 'labels.tsv', 't1.nii.gz', 'volumes.csv']),
    );
    const of = (measure: string, site: string): number =>
      document.findings.find((one) => one.measure === measure && one.site === site)!.value;
    expect(of('tissue-volume', 'white-matter') / (spacing ** 3 * phantom.parts.get('white core')!)).toBeCloseTo(1, 1);
    expect(of('brain-margin', '')).toBeGreaterThan(6);
    const table = readFileSync(join(out, 'volumes.csv'), 'utf8').split('\r\n');
    expect(table[0]).toBe('measure,site,value,unit,method,issues');
    expect(table.find((line) => line.startsWith('tissue-volume,white-matter'))).toMatch(/,mL,.*meshnet-tiny@.*no-norm/);
    const labels = await read(join(out, 'labels.nii.gz'));
    expect(labels.grid.shape.slice(0, 3)).toEqual([256, 256, 256]);
    expect(labels.values.some((label) => label > 0)).toBe(true);
  }, 120_000);

  it('ends with 1 and a reason where there is no brain, and asks for what is missing', async () => {
    const out = join(folder, 'none');
    const { code, document } = await runCommand<{ issues: { code: string }[] }>(brain, [flat], { out, packs });
    expect([code, document.issues.map((one) => one.code)]).toEqual([1, expect.arrayContaining(['image-constant'])]);
    await expect(runCommand(brain, [t1], { out, packs: folder })).rejects.toMatchObject({ code: 'not-found' });
    await expect(runCommand(brain, [t1], { packs })).rejects.toMatchObject({ code: 'usage' });
    await expect(runCommand(brain, [], { out, packs })).rejects.toMatchObject({ code: 'usage' });
  }, 120_000);
});

describe('idiograph deface', () => {
  it('writes a head without what lies before and below the brain, the brain as it was', async () => {
    const out = join(folder, 'defaced.nii.gz');
    const { code, document } = await runCommand<{ removedPercent: number }>(deface, [t1], { out, packs, margin: '2' });
    expect(code).toBe(0);
    expect(document).toMatchObject({ written: true, keep: 'head', marginMm: 2, brainVoxelsLost: 0 });
    const { grid, values } = await read(out);
    const original = await read(t1);
    expect(grid.affineRas).toEqual(original.grid.affineRas);
    const changed = values.reduce((count, value, at) => count + (value === original.values[at] ? 0 : 1), 0);
    expect(changed).toBeGreaterThan(0);
    expect((100 * changed) / values.length).toBeLessThanOrEqual(document.removedPercent);
    expect(values.filter((value) => value > 150).length).toBe(original.values.filter((value) => value > 150).length);
  }, 120_000);

  it('writes nothing where the brain is not found or the margin makes no sense', async () => {
    const out = join(folder, 'nothing.nii.gz');
    const { code, document } = await runCommand<object>(deface, [flat], { out, packs });
    expect([code, document]).toMatchObject([1, { written: false }]);
    await expect(runCommand(deface, [t1], { out, packs, margin: '1' })).rejects.toMatchObject({ code: 'usage' });
    await expect(runCommand(deface, [t1], { out, packs: folder })).rejects.toMatchObject({ code: 'not-found' });
    await expect(runCommand(deface, [t1], { out: folder, packs })).rejects.toMatchObject({ code: 'usage' });
    expect(existsSync(out)).toBe(false);
  }, 120_000);
});
