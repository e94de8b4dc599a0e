import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { gradientTable, shellsOf } from '../../imaging/diffusion/gradients.ts';
import type { FitMethod } from '../../imaging/diffusion/logLinear.ts';
import { type MapKind, mapKinds } from '../../imaging/diffusion/mapList.ts';
import { type DiffusionModel, type Maps, possibleModels } from '../../imaging/diffusion/models.ts';
import {
  type DiffusionStudy,
  decayedVoxels,
  type StudyOptions,
  studyDiffusion,
} from '../../imaging/diffusion/study.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import type { Command } from '../command.ts';
import { diffusionInput, maskFile } from '../diffusionInput.ts';
import { givenOf } from '../given.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

const models = ['adc', 'dti', 'dki', 'ivim'] as const;
const methods = ['ols', 'wls', 'robust', 'nlls', 'full', 'segmented'] as const;

export const command: Command = {
  summary: 'Fits diffusion models to a series and writes their maps.',
  usage:
    'idiograph diffusion DWI --out DIR [--bval FILE --bvec FILE] [--model adc|dti|dki|ivim] [--method NAME] [--b LIST] [--mask FILE] [--floor N] [--threads N] [--json]\n\n' +
    'DWI: a NIfTI file (tables of the same name beside it are found), or a folder of DICOM.\n' +
    'Without --model the tensor if the directions allow it, else IVIM, else the ADC.\n' +
    '--method: ols, wls (default), robust, nlls for dti and dki; full (default), segmented for ivim.\n' +
    '--b: b-values to use, such as 0,1000. --mask: where to fit (default: head or body on dark ground, else all).\n' +
    '--floor: signals below it enter logarithms as it (default: the smallest positive signal). Maps are written on the grid of DWI, diffusivities in mm2/s.',
  options: {
    out: { type: 'string' },
    bval: { type: 'string' },
    bvec: { type: 'string' },
    model: { type: 'string' },
    method: { type: 'string' },
    b: { type: 'string' },
    mask: { type: 'string' },
    floor: { type: 'string' },
    threads: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const { text } = given;
    const [path, ...more] = positionals;
    const out = text('out');
    if (path === undefined || more.length > 0 || out === undefined)
      throw new IdiographError('usage', 'name one series and --out', { remedy: `usage: ${command.usage}` });
    const asked = given.oneOf('model', models);
    const method = given.oneOf('method', methods);
    const start = performance.now();
    const input = await diffusionInput(path, { bval: text('bval'), bvec: text('bvec') });
    const masked = text('mask') === undefined ? undefined : await maskFile(text('mask')!, input.image);
    const model = asked ?? modelFor(input.metadata, input.image.grid);
    const study = await studyDiffusion(input.image, input.metadata, {
      models: [model],
      ...methodOptions(model, method),
      ...(text('b') !== undefined && { b: numbersOf(text('b')!) }),
      ...(masked && { mask: masked.mask }),
      ...(text('floor') !== undefined && { floor: given.number('floor', 0)! }),
      ...(text('threads') !== undefined && { threads: given.whole('threads', 1, 64)! }),
      progress: (_, doing) => terminal.progress(doing),
    });
    const issues = [...input.issues, ...(masked?.issues ?? []), ...study.issues];
    for (const { severity, message, remedy } of issues)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!('maps' in study)) {
      terminal.document({ model, maps: [], issues });
      return 1;
    }
    const maps = writeMaps(out, study, model);
    const seconds = (performance.now() - start) / 1000;
    for (const { title, file, unit, median } of maps)
      terminal.say(
        `${file.padEnd(18)} ${title}${median === undefined ? '' : `, median ${median.toPrecision(4)}${unit === '1' ? '' : ` ${unit}`}`}`,
      );
    const { data } = study;
    terminal.say(
      `${model} of ${data.voxels.length} voxels (${decayedVoxels(model, study.maps[model]!, data.voxels).length} with a decay) x ${data.table.volumes.length} volumes in ${seconds.toFixed(2)} s`,
    );
    terminal.document({
      model,
      method: method ?? (model === 'ivim' ? 'full' : 'wls'),
      voxels: data.voxels.length,
      volumes: data.table.volumes.length,
      shells: shellsOf(data.table).map(({ b, entries }) => ({ b, volumes: entries.length })),
      appended: data.table.appended,
      noise: data.noise ?? null,
      seconds: Number(seconds.toFixed(3)),
      maps,
      issues,
    });
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function modelFor(metadata: Record<string, unknown>, grid: Grid): DiffusionModel {
  const { table } = gradientTable(metadata, grid);
  if (table === undefined) return 'adc';
  const possible = possibleModels(table);
  return (['dti', 'ivim'] as const).find((one) => possible[one] === undefined) ?? 'adc';
}

function methodOptions(
  model: DiffusionModel,
  method: (typeof methods)[number] | undefined,
): Pick<StudyOptions, 'ivim' | 'method'> {
  if (method === undefined) return {};
  const isOfIvim = method === 'full' || method === 'segmented';
  if (isOfIvim !== (model === 'ivim') || model === 'adc')
    throw new IdiographError('usage', `the method ${method} is none of ${model}`, {
      remedy: 'ols, wls, robust and nlls fit dti and dki; full and segmented fit ivim; adc has one way.',
    });
  return isOfIvim ? { ivim: method } : { method: method as FitMethod };
}

function numbersOf(list: string): number[] {
  const words = list.split(/[\s,]+/);
  const found = words.map(Number);
  if (words.includes('') || found.some((one) => !(one >= 0 && Number.isFinite(one))))
    throw new IdiographError('usage', `"${list}" is no list of numbers`, { remedy: 'Write 0,1000.' });
  return found;
}

interface Written {
  name: string;
  file: string;
  title: string;
  unit: string;
  /** Over the voxels of the mask with a decay; absent for directions and flags, and where there is none. */
  median?: number;
}

function writeMaps(out: string, { data, maps }: DiffusionStudy, model: DiffusionModel): Written[] {
  const found = maps[model]!;
  const decayed = decayedVoxels(model, found, data.voxels);
  const write = (kind: MapKind, values: Maps[string]): Written => {
    const grid = kind.volumes
      ? { ...data.grid, shape: [...data.grid.shape.slice(0, 3), 3] as Grid['shape'] }
      : data.grid;
    const file = `${kind.file}.nii.gz`;
    const datatype = values instanceof Uint8Array ? 'uint8' : 'float32';
    writeWhole(join(out, file), writeNiftiGz(grid, values, { datatype, description: `${kind.title}, ${kind.unit}` }));
    const isScalar = kind.volumes === undefined && !(values instanceof Uint8Array);
    return {
      ...{ name: kind.file, file, title: kind.title, unit: kind.unit },
      ...(isScalar && decayed.length > 0 && { median: medianOf(values, decayed) }),
    };
  };
  const mask: MapKind = { name: 'mask', file: 'mask', title: 'Where was fitted', unit: '1' };
  return [...mapKinds[model].map((kind) => write(kind, found[kind.name]!)), write(mask, Uint8Array.from(data.mask))];
}

function medianOf(values: ArrayLike<number>, voxels: Int32Array): number {
  const sorted = Float64Array.from(voxels, (at) => values[at]!).sort();
  return sorted[sorted.length >> 1]!;
}
