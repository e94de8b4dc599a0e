import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sliceElements, withElements, writeDicom } from '../../intake/dicom/testing.ts';
import { writeNifti } from '../../intake/nifti/write.ts';
import { convolved } from '../../kinetics/convolve.ts';
import { inputFunction } from '../../kinetics/input.ts';
import type { Command } from '../command.ts';
import { runCommand } from '../testTerminal.ts';
import { command as pet } from './pet.ts';
import { command as suv } from './suv.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-pet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const run = <T>(command: Command, positionals: string[], options: Record<string, string> = {}) =>
  runCommand<T>(command, positionals, options);

interface Uptakes {
  regions: {
    name: string;
    voxels: number;
    volumeMl: number;
    suvbw: Record<string, number> | null;
    tlg: number | null;
  }[];
  issues: { code: string }[];
}

const [columns, rows, slices] = [6, 5, 4];

/** Uptake 2 everywhere and 8 in one voxel, each slice with a slope of its own; 70 kg, 350 MBq, corrected to the injection. */
function series(name: string, change: Parameters<typeof withElements>[1] = []): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (let k = 0; k < slices; k++) {
    const slope = 2 ** (k + 1);
    const pixels = new Array<number>(columns * rows).fill(10_000 / slope);
    if (k === 2) pixels[2 * columns + 3] = 40_000 / slope;
    const elements = sliceElements({
      ...{ sopClass: '1.2.840.10008.5.1.4.1.1.128', modality: 'PT', instance: k + 1 },
      ...{ rows, columns, position: [0, 0, 3 * k], pixels },
    });
    writeFileSync(
      join(path, `${k}.dcm`),
      writeDicom(
        withElements(elements, [
          [0x00101030, 'DS', '70'],
          [0x00541001, 'CS', 'BQML'],
          [0x00541102, 'CS', 'ADMIN'],
          [0x00280051, 'CS', 'ATTN\\DECY'],
          [0x00541000, 'CS', 'STATIC\\IMAGE'],
          [0x00280030, 'DS', '3\\3'],
          [0x00281052, 'DS', '0'],
          [0x00281053, 'DS', String(slope)],
          [0x00540016, 'SQ', [[[0x00181074, 'DS', '350000000']]]],
          ...change,
        ]),
      ),
    );
  }
  return path;
}

const grid = {
  shape: [columns, rows, slices, 1] as [number, number, number, number],
  affineRas: [-3, 0, 0, 0, 0, -3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
};
const labels = file(
  'labels.nii',
  writeNifti(
    grid,
    Float32Array.from({ length: 120 }, (_, at) => (at >= 60 && at < 90 ? 1 : at < 30 ? 2 : 0)),
    { datatype: 'uint8' },
  ),
);

describe('idiograph suv', () => {
  it('prints uptake, volume and glycolysis of each region, with the slope of each slice', async () => {
    const { code, document } = await run<Uptakes>(suv, [series('plain')], { roi: labels });
    expect(code).toBe(0);
    expect(document.regions.map(({ name, voxels }) => [name, voxels])).toEqual([
      ['label 1', 30],
      ['label 2', 30],
    ]);
    const [hot, cold] = document.regions;
    expect(hot!.volumeMl).toBeCloseTo(0.81, 9);
    expect(hot!.suvbw!['max']).toBeCloseTo(8, 5);
    expect(hot!.suvbw!['mean']).toBeCloseTo((29 * 2 + 8) / 30, 5);
    expect(hot!.tlg).toBeCloseTo(0.81 * ((29 * 2 + 8) / 30), 5);
    // The sphere of 23 voxels reaches the hot voxel two slices away.
    expect(cold!.suvbw!['peak']).toBeCloseTo((22 * 2 + 8) / 23, 5);
    expect(cold!.suvbw!['max']).toBeCloseTo(2, 3);
  });

  it('gives volumes and no uptake where the header lacks the weight, and says why', async () => {
    const { code, document } = await run<Uptakes>(suv, [series('weightless', [[0x00101030, 'DS', '0']])], {
      roi: labels,
    });
    expect(code).toBe(1);
    expect(document.regions.map(({ suvbw, tlg }) => [suvbw, tlg])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(document.issues.map(({ code: of }) => of)).toContain('suv-no-weight');
  });

  it.each([
    ['no regions', [], /name a PET folder and --roi/],
    ['no PET', [labels, labels], /holds no PET series/],
  ])('%s is refused with a reason', async (_, positionals, reason) => {
    await expect(run(suv, positionals)).rejects.toThrow(reason);
  });
});

interface Fits {
  curves: {
    name: string;
    status: string;
    parameters: Record<string, { value: number }>;
    tStarS: number;
    says: string[];
  }[];
  maps?: { file: string; median: number }[];
}

const times = Float64Array.from({ length: 31 }, (_, at) => 120 * at);
const fine = Float64Array.from({ length: 3601 }, (_, at) => at);
const plasma = inputFunction(
  fine,
  fine.map((t) => 80 * (t / 30) * Math.exp(-t / 30) + 6 * (1 - Math.exp(-t / 60)) * Math.exp(-t / 4000)),
);
const reversible = convolved(plasma, 0.2 / 60).map((value) => (0.3 / 60) * value);
const trapped = convolved(plasma, 0).map((value, at) => (0.02 / 60) * value + 0.3 * reversible[at]!);
const table = (columnsOf: Record<string, ArrayLike<number>>): string => {
  const names = Object.keys(columnsOf);
  const count = columnsOf[names[0]!]!.length;
  return [
    names.join(','),
    ...Array.from({ length: count }, (_, at) => names.map((name) => columnsOf[name]![at]).join(',')),
  ].join('\n');
};
const at = (values: Float64Array): Float64Array => times.map((time) => values[time]!);
const curves = file(
  'curves.csv',
  table({ t_s: times, grey: at(reversible), tumour: at(trapped), weights: times.map(() => 1) }),
);
const blood = file('blood.csv', table({ t_s: fine, AIF: plasma.values, Blood: plasma.values }));

describe('idiograph pet', () => {
  it('fits the curves of a table by an input function', async () => {
    const compartment = await run<Fits>(pet, [], { curves, input: blood, model: '1tcm', 'blood-share': '0' });
    const [grey] = compartment.document.curves;
    expect(grey!.parameters['k1']!.value).toBeCloseTo(0.3, 8);
    expect(grey!.parameters['k2']!.value).toBeCloseTo(0.2, 8);
    const patlak = await run<Fits>(pet, [], { curves, input: blood, model: 'patlak', 'tstar-frames': '10' });
    expect(patlak.document.curves.map(({ name }) => name)).toEqual(['grey', 'tumour']);
    expect(patlak.document.curves[1]!.parameters['ki']!.value).toBeCloseTo(0.02, 3);
    expect(patlak.document.curves[1]!.says.join()).toMatch(/t\* 42\.0 min \(as asked\), 10 frames.*AIF, Blood/);
  });

  it('prints no infinite parameter, and refuses a late part of no frames', async () => {
    // Below zero throughout: there is no rate of the reference to divide by.
    const sunk = file('sunk.csv', table({ t_s: times, grey: at(reversible), cold: times.map(() => -5) }));
    const { code, said } = await run<Fits>(pet, [], { curves: sunk, model: 'srtm', reference: 'cold' });
    expect(code).toBe(1);
    expect(said.join()).toContain('k2-reference no value');
    expect(said.join()).not.toMatch(/Infinity|NaN/);
    for (const frames of ['0', '2.5'])
      await expect(run(pet, [], { curves, input: blood, model: 'patlak', 'tstar-frames': frames })).rejects.toThrow(
        '--tstar-frames takes a whole number',
      );
  });

  it('corrects plasma by the parent fraction, and says what it had to assume', async () => {
    const halved = file('parent.csv', table({ t_s: fine, Plasma: plasma.values, ParentFraction: fine.map(() => 0.5) }));
    const { document } = await run<Fits>(pet, [], { curves, input: halved, model: '1tcm', 'blood-share': '0' });
    expect(document.curves[0]!.parameters['k1']!.value).toBeCloseTo(0.6, 8);
    expect(document.curves[0]!.says).toContain('plasma stands for whole blood');
  });

  it('fits regions and maps of a NIfTI series with its sidecar', async () => {
    const shape: [number, number, number, number] = [columns, rows, slices, 30];
    const voxels = columns * rows * slices;
    const values = new Float32Array(voxels * 30);
    const mid = (t: number): number => 60 + 120 * t;
    for (let t = 0; t < 30; t++)
      for (let voxel = 0; voxel < voxels; voxel++)
        values[t * voxels + voxel] = voxel < 30 ? plasma.values[mid(t)]! : 4 * trapped[mid(t)]!;
    const image = file('dynamic.nii', writeNifti({ ...grid, shape }, values, { datatype: 'float32' }));
    const starts = Array.from({ length: 30 }, (_, t) => 120 * t);
    file(
      'dynamic.json',
      JSON.stringify({
        FrameTimesStart: starts,
        FrameDuration: starts.map(() => 120),
        ImageDecayCorrected: true,
        TracerName: 'FDG',
      }),
    );
    const out = join(folder, 'maps');
    const { document } = await run<Fits>(pet, [image], {
      roi: labels,
      input: blood,
      model: 'patlak',
      tstar: '20',
      out,
    });
    expect(document.curves.find(({ name }) => name === 'label 1')!.parameters['ki']!.value).toBeCloseTo(0.08, 2);
    expect(document.maps!.map((one) => one.file)).toEqual(
      ['ki', 'ki-se', 'intercept', 'intercept-se', 'r2'].map((name) => `${name}.nii.gz`),
    );
    expect(readFileSync(join(out, 'ki.nii.gz')).length).toBeGreaterThan(100);
  });

  it.each([
    ['no input', { curves, model: 'logan' }, /needs --input/],
    ['no reference', { curves, model: 'srtm' }, /needs --reference/],
    ['a reference that is no column', { curves, model: 'srtm', reference: 'x' }, /no column "x"/],
    ["no k2'", { curves, model: 'srtm2', reference: 'grey' }, /needs k2'/],
    [
      'times without a unit',
      { curves: file('unitless.csv', 't,a\n0,0\n100,1\n200,2\n'), model: 'logan', input: blood },
      /seconds or minutes/,
    ],
    ['a delay to be fitted in a plot', { curves, input: blood, model: 'logan', delay: 'fit' }, /cannot fit the delay/],
  ])('%s is refused with a reason', async (_, options, reason) => {
    await expect(run(pet, [], options as Record<string, string>)).rejects.toThrow(reason);
  });
});
