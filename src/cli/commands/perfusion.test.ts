import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parker } from '../../imaging/perfusion/aif.ts';
import { spoiledSignal } from '../../imaging/perfusion/signal.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { convolved } from '../../kinetics/convolve.ts';
import { inputFunction } from '../../kinetics/input.ts';
import { degrees, perSecond, seconds } from '../../kinetics/units.ts';
import { axialGrid } from '../../voxels/testImage.ts';
import { runCommand } from '../testTerminal.ts';
import { command } from './perfusion.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-perfusion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shape = [6, 5, 2] as [number, number, number];
const voxels = 60;
const grid = axialGrid(shape, [2, 2, 3]);
const timesS = Float64Array.from({ length: 50 }, (_, at) => 5 * at);
const plasma = inputFunction(
  timesS,
  timesS.map((time) => (time < 20 ? 0 : parker(time - 20) / 0.58)),
);
const truth = { ktrans: 0.2, ve: 0.25, vp: 0.03 };
const tissue = convolved(plasma, truth.ktrans / truth.ve / 60).map(
  (value, at) => (truth.ktrans / 60) * value + truth.vp * plasma.values[at]!,
);
const sequence = { repetitionTime: seconds(0.004), flipAngle: degrees(18) };

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const series = file(
  'dce.nii',
  writeNifti(
    { ...grid, shape: [...shape, 50] },
    Float32Array.from(
      { length: voxels * 50 },
      (_, at) => 1e4 * spoiledSignal(perSecond(1 / 1.2 + 4.5 * tissue[Math.floor(at / voxels)]!), sequence),
    ),
    { datatype: 'float32' },
  ),
);
file(
  'dce.json',
  JSON.stringify({
    RepetitionTime: 5,
    RepetitionTimeExcitation: 0.004,
    EchoTime: 0.0015,
    FlipAngle: 18,
    MagneticFieldStrength: 3,
  }),
);
const times = file('times.txt', [...timesS].join('\n'));
const curves = file(
  'curves.csv',
  ['t_s,cp,lesion', ...Array.from(timesS, (time, at) => [time, plasma.values[at], tissue[at]].join(','))].join('\n'),
);

const run = (positionals: string[], options: Record<string, string | boolean> = {}) =>
  runCommand<
    Record<string, never> & {
      issues: { code: string }[];
      maps: { file: string; median?: number }[];
    }
  >(command, positionals, options);

describe('idiograph perfusion SERIES', () => {
  it('writes the maps of a model on the grid of the series', async () => {
    const out = join(folder, 'out');
    const { code, document } = await run([series], { model: 'extended-tofts', out, times, t10: '1.2', aif: curves });
    expect(code).toBe(0);
    expect(document.maps.map(({ file: name }) => name)).toEqual(
      expect.arrayContaining([
        'ktrans.nii.gz',
        've.nii.gz',
        'vp.nii.gz',
        'ktrans-se.nii.gz',
        'r2.nii.gz',
        'status.nii.gz',
        'pe.nii.gz',
      ]),
    );
    const bytes = gunzipSync(readFileSync(join(out, 'ktrans.nii.gz')));
    expect([bytes.readInt16LE(42), bytes.readInt16LE(44), bytes.readInt16LE(46)]).toEqual(shape);
    expect(bytes.readFloatLE(352 + 4 * 31)).toBeCloseTo(truth.ktrans, 3);
  });

  it('refuses kinetics without T1 and says why, with nothing written that looks like a result', async () => {
    const { code, document } = await run([series], { model: 'tofts', out: join(folder, 'none'), times });
    expect(code).toBe(1);
    expect(document.issues.map((one) => one.code)).toContain('perfusion-no-t1');
    expect(document.maps).toEqual([]);
  });

  it('says that nothing was fitted where the series has only noise, and gives no median', async () => {
    // Up and down from sample to sample: no model explains it, and its first samples are its mean.
    const noise = Float32Array.from({ length: voxels * 50 }, (_, at) => 1000 + (Math.floor(at / voxels) % 2));
    const path = file('flat.nii', writeNifti({ ...grid, shape: [...shape, 50] }, noise, { datatype: 'float32' }));
    const options = { times, t10: '1.2', aif: 'parker', tr: '4', 'flip-angle': '18', out: join(folder, 'flat') };
    const { code, document } = await run([path], { model: 'tofts', ...options });
    expect(code).toBe(1);
    expect(document.issues.map((one) => one.code)).toContain('perfusion-nothing-fitted');
    for (const name of ['ktrans', 've', 'r2'])
      expect(document.maps.find(({ file: one }) => one === `${name}.nii.gz`)).not.toHaveProperty('median');
    const empty = file(
      'empty.nii',
      writeNifti({ ...grid, shape: [...shape, 1] }, new Float32Array(voxels), { datatype: 'uint8' }),
    );
    await expect(run([path], { model: 'tofts', mask: empty, ...options })).rejects.toThrow('has no voxel');
  });

  it('refuses times that do not match the series', async () => {
    const { code, document } = await run([series], {
      model: 'enhancement',
      out: join(folder, 'none'),
      times: '0,5,10',
    });
    expect(code).toBe(1);
    expect(document.issues.map((one) => one.code)).toContain('perfusion-times-do-not-match');
  });

  it('refuses milliseconds where seconds are meant', async () => {
    await expect(run([series], { model: 'tofts', out: folder, times, t10: '1200' })).rejects.toThrow('T1 of 1200 s');
    await expect(run([series], { model: 'toft', out: folder })).rejects.toThrow('no model "toft"');
    await expect(run([join(folder, 'absent.nii')], { model: 'dsc', out: folder })).rejects.toThrow('not there');
  });
});

describe('idiograph perfusion --curves', () => {
  it('prints parameters with unit, error and interval, and how the models compare', async () => {
    const { code, document } = await run([], { curves, model: 'extended-tofts' });
    expect(code).toBe(0);
    const [lesion] = document['curves'] as unknown as {
      name: string;
      status: string;
      parameters: Record<string, { value: number; unit: string }>;
    }[];
    expect(lesion).toMatchObject({ name: 'lesion', status: 'fitted', model: 'extended-tofts' });
    expect(lesion!.parameters['ktrans']).toMatchObject({ unit: '/min' });
    expect(lesion!.parameters['ktrans']!.value).toBeCloseTo(truth.ktrans, 6);
    const { document: all } = await run([], { curves });
    expect(all['curves'][0]).toMatchObject({ model: 'extended-tofts', compared: expect.any(Array) });
  });

  it.each([
    ['t1', { 'flip-angles': '2,5,10', tr: '5' }],
    ['asl', { labelling: 'pcasl', 'label-duration': '1.8', pld: '1.8', contexts: 'label,control,label' }],
  ])('ends with an error where no voxel has a %s value', async (model, options) => {
    const nowhere = Float32Array.from({ length: voxels * 3 }, () => Number.NaN);
    const path = file('nowhere.nii', writeNifti({ ...grid, shape: [...shape, 3] }, nowhere, { datatype: 'float32' }));
    const { code, document } = await run([path], { model, ...options, out: join(folder, `nowhere-${model}`) });
    expect(code).toBe(1);
    expect(document.issues.map((one) => one.code)).toContain('perfusion-nothing-fitted');
  });

  it('reads tables that end lines as old spreadsheets do, and in UTF-16', async () => {
    const text = readFileSync(curves, 'utf8');
    const old = file('old.csv', text.replaceAll('\n', '\r'));
    const wide = file('wide.csv', Buffer.from(`\ufeff${text}`, 'utf16le'));
    const expected = (await run([], { curves, model: 'tofts' })).document['curves'];
    for (const table of [old, wide])
      expect((await run([], { curves: table, model: 'tofts' })).document['curves']).toEqual(expected);
  });

  it('asks for an input where the table has none', async () => {
    const alone = file('alone.csv', 't_s,lesion\n0,0\n5,0\n10,0.1\n15,0.2\n20,0.3\n25,0.3\n30,0.31\n35,0.3\n');
    await expect(run([], { curves: alone, model: 'tofts' })).rejects.toThrow('no arterial input');
    expect((await run([], { curves: alone, model: 'tofts', aif: 'parker' })).document['curves']).toHaveLength(1);
  });

  it.each([
    ['of zeros', () => 0, 'no concentration above zero'],
    ['turned over', (value: number) => -value, 'no concentration above zero'],
    ['with a deep hole', (value: number, at: number) => (at === 30 ? -2 : value), 'falls to -2.00 at 150'],
  ])('refuses a plasma input %s', async (name, of, reason) => {
    const rows = Array.from(timesS, (time, at) => [time, of(plasma.values[at]!, at), tissue[at]].join(','));
    const table = file(`${name}.csv`, ['t_s,cp,lesion', ...rows].join('\n'));
    await expect(run([], { curves: table, model: 'tofts' })).rejects.toThrow(reason);
  });

  it('prints no parameters and no R2 for a curve without uptake', async () => {
    const rows = Array.from(timesS, (time, at) => [time, plasma.values[at], 0.02 + 0.001 * (at % 2)].join(','));
    const flat = file('flat.csv', ['t_s,cp,lesion', ...rows].join('\n'));
    const { code, said, document } = await run([], { curves: flat, model: 'tofts' });
    expect(code).toBe(1);
    expect(said).toContain('lesion: tofts, no value: no-uptake');
    expect(document['curves'][0]).toMatchObject({ r2: null, parameters: { ktrans: { value: null } } });
  });

  it('gives no number for a curve with a gap', async () => {
    const gap = file('gap.csv', readFileSync(curves, 'utf8').replace(/,[^,\n]*$/, ','));
    const { code, document } = await run([], { curves: gap, model: 'tofts' });
    expect(code).toBe(1);
    expect(document.issues.map((one) => one.code)).toEqual(['fit-no-data']);
    expect(document['curves'][0]).toMatchObject({ status: 'no-data', parameters: { ktrans: { value: null } } });
  });
});
