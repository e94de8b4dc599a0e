import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { foreground, meanCurve } from '../../imaging/perfusion/curves.ts';
import { mapMedian } from '../../imaging/perfusion/regional.ts';
import { type DynamicFrames, dynamicFrames, frameWeights } from '../../imaging/pet/frames.ts';
import { type Drive, kineticFitter } from '../../imaging/pet/kinetics/fit.ts';
import { kineticMaps } from '../../imaging/pet/kinetics/maps.ts';
import {
  type KineticFit,
  type KineticModelId,
  kineticModelIds,
  kineticModels,
} from '../../imaging/pet/kinetics/models.ts';
import type { Nuclide } from '../../imaging/pet/nuclides.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { wholeMask } from '../../voxels/mask.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import type { Command, Terminal } from '../command.ts';
import { maskFile } from '../diffusionInput.ts';
import { type Given, givenOf } from '../given.ts';
import { dynamicInput } from '../perfusionInput.ts';
import {
  bloodTable,
  columnNamed,
  fitDocument,
  fitLine,
  imageInput,
  kineticOptions,
  readColumns,
  tissuesOf,
  weightsColumn,
} from '../petCurves.ts';
import { regionsInput } from '../regionsInput.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'Kinetics of dynamic PET: fits curves, regions and voxels.',
  usage:
    'idiograph pet --curves FILE.csv --model ID (--input FILE.csv | --reference COLUMN) [options] [--json]\n' +
    '       idiograph pet SERIES --model ID [--roi FILE] (--input FILE.csv | --input-roi NAME | --reference-roi NAME) [--out DIR] [options]\n\n' +
    `ID: ${kineticModelIds.join(', ')}.\n` +
    'Curves: a column t_min or t_s, one column for each tissue, perhaps Weights. Input: t_min or t_s, AIF (parent in plasma)\n' +
    'or Plasma and ParentFraction, and Blood (whole blood), in the unit of the tissue. SERIES: dynamic PET, DICOM or NIfTI with\n' +
    'sidecar. FILE of --roi: RTSTRUCT, SEG or label map. With --out, maps are written on the grid of SERIES (--mask FILE).\n' +
    'Options: --time-unit s|min, --tstar MIN or --tstar-frames N (default: found), --weights COLUMN|uniform,\n' +
    "--k2-reference PER_MIN (k2'), --delay S|fit, --blood-share 0..1, --convolution exact|stepped.",
  options: {
    curves: { type: 'string' },
    model: { type: 'string' },
    input: { type: 'string' },
    'input-roi': { type: 'string' },
    reference: { type: 'string' },
    'reference-roi': { type: 'string' },
    roi: { type: 'string' },
    mask: { type: 'string' },
    out: { type: 'string' },
    'time-unit': { type: 'string' },
    tstar: { type: 'string' },
    'tstar-frames': { type: 'string' },
    weights: { type: 'string' },
    'k2-reference': { type: 'string' },
    delay: { type: 'string' },
    'blood-share': { type: 'string' },
    convolution: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const model = given.oneOf('model', kineticModelIds);
    if (model === undefined) throw usage('name --model');
    if (given.text('curves') !== undefined) {
      if (positionals.length > 0) throw usage('name a series or --curves, not both');
      return fitTable(model, given, terminal);
    }
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw usage('name one series, or --curves');
    return fitSeries(path, model, given, terminal);
  },
};

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}

function fitTable(model: KineticModelId, given: Given, terminal: Terminal): number {
  const unit = given.oneOf('time-unit', ['s', 'min']);
  const table = readColumns(given.text('curves')!, unit);
  const reference = given.text('reference');
  const { drive, says } =
    kineticModels[model].drive === 'reference'
      ? { drive: referenceOf(), says: [`reference ${reference}`] }
      : given.text('input') === undefined
        ? fail(`${kineticModels[model].title} needs --input`)
        : bloodTable(given.text('input')!, unit);
  function referenceOf(): Drive {
    if (reference === undefined) throw usage(`${kineticModels[model!].title} needs --reference`);
    return { reference: { timesS: table.timesS, values: columnNamed(table, reference) } };
  }
  const fitOne = kineticFitter(
    model,
    table.timesS,
    drive,
    kineticOptions(given, weightsColumn(table, given.text('weights'))),
  );
  const fits = tissuesOf(table, reference).map(([name, values]) => {
    if (!values.every(Number.isFinite))
      throw new IdiographError('usage', `the curve ${name} has values that are no numbers`, {
        remedy: 'Leave out its column, or the rows without a value.',
      });
    const found = fitOne(values);
    return { name, fit: found && { ...found, says: [...found.says, ...says] } };
  });
  return tell(model, fits, [], {}, terminal);
}

function fail(message: string): never {
  throw usage(message);
}

async function fitSeries(path: string, model: KineticModelId, given: Given, terminal: Terminal): Promise<number> {
  const { image, issues: read } = await dynamicInput(path);
  const { nuclides } = loadKnowledge('imaging/nuclides.json').data as { nuclides: Nuclide[] };
  const frames = dynamicFrames(image.metadata, image.grid.shape, nuclides);
  if ('refused' in frames)
    throw new IdiographError('unsupported', frames.refused.message, { remedy: frames.refused.remedy ?? '' });
  const issues: Issue[] = [...read, ...frames.issues];
  const roi = given.text('roi');
  const found = roi === undefined ? undefined : await regionsInput(roi, image.grid.frameOfReference);
  issues.push(...(found?.issues ?? []));
  const regions = new Map<string, Uint8Array>();
  for (const { name, shape } of found?.regions ?? []) {
    const drawn = regionMask(shape, image.grid);
    issues.push(...drawn.issues);
    if (drawn.mask.voxels > 0) regions.set(name, wholeMask(drawn.mask));
    else issues.push(issue('error', 'region-empty', `${name} has no voxel on the series.`, { place: name }));
  }
  const curveOf = async (mask: Uint8Array): Promise<Float64Array> =>
    (await meanCurve(image, mask)).map((value, t) => value * frames.decay[t]!);
  const named = async (name: string): Promise<Float64Array> => {
    const mask = regions.get(name);
    if (!mask)
      throw new IdiographError('not-found', `there is no region "${name}"`, {
        remedy: `Choose one of ${[...regions.keys()].join(', ') || 'none: give --roi'}.`,
      });
    return curveOf(mask);
  };
  const { drive, says } = await driveOf(model, given, frames, named);
  const inside =
    given.text('mask') === undefined ? await foreground(image) : (await maskFile(given.text('mask')!, image)).mask;
  const weights =
    given.text('weights') === 'uniform'
      ? undefined
      : { values: frameWeights(frames, await curveOf(inside)), says: 'duration / activity, decay undone' };
  const fitOne = kineticFitter(model, frames.midsS, drive, kineticOptions(given, weights));
  const fits: { name: string; fit: KineticFit | undefined }[] = [];
  for (const [name, mask] of regions) {
    const one = fitOne(await curveOf(mask));
    fits.push({ name, fit: one && { ...one, says: [...one.says, ...says, ...frames.says] } });
  }
  const out = given.text('out');
  const details = out === undefined ? {} : await writeAll(out, model, image, inside, frames, fitOne, terminal);
  if (out === undefined && fits.length === 0) throw usage('name --roi or --out: there is nothing to fit');
  return tell(model, fits, issues, { ...details, framesS: [...frames.midsS] }, terminal);
}

async function driveOf(
  model: KineticModelId,
  given: Given,
  frames: DynamicFrames,
  named: (region: string) => Promise<Float64Array>,
): Promise<{ drive: Drive; says: string[] }> {
  if (kineticModels[model].drive === 'reference') {
    const name = given.text('reference-roi');
    if (name === undefined) throw usage(`${kineticModels[model].title} needs --reference-roi`);
    return { drive: { reference: { timesS: frames.midsS, values: await named(name) } }, says: [`reference ${name}`] };
  }
  if (given.text('input') !== undefined)
    return bloodTable(given.text('input')!, given.oneOf('time-unit', ['s', 'min']));
  const name = given.text('input-roi');
  if (name === undefined) throw usage(`${kineticModels[model].title} needs --input or --input-roi`);
  return {
    drive: imageInput(frames.midsS, await named(name)),
    says: [`input from the image in ${name}: whole blood for plasma, no correction for metabolites or partial volume`],
  };
}

async function writeAll(
  out: string,
  model: KineticModelId,
  image: ImageHandle,
  mask: Uint8Array,
  frames: DynamicFrames,
  fitOne: (values: ArrayLike<number>) => KineticFit | undefined,
  terminal: Terminal,
): Promise<object> {
  const inside = mask.map((one) => (one === 0 ? 0 : 1));
  const { grid, maps, fitted, failed } = await kineticMaps(model, image, inside, frames.decay, fitOne, (share) => {
    if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
    terminal.progress(`${model} ${Math.round(100 * share)} %`);
  });
  const written = maps.map(({ name, title, unit, values }) => {
    const file = `${name}.nii.gz`;
    const description = `${title}${unit === '1' ? '' : ` [${unit}]`}`;
    writeWhole(join(out, file), writeNiftiGz(grid, values, { datatype: 'float32', description }));
    const median = mapMedian(values);
    terminal.say(`${file.padEnd(24)} ${title}${median === undefined ? '' : `, median ${median.toPrecision(4)}`}`);
    return { name, file, title, unit, ...(median !== undefined && { median }) };
  });
  return { maps: written, voxels: { fitted, failed } };
}

function tell(
  model: KineticModelId,
  fits: readonly { name: string; fit: KineticFit | undefined }[],
  issues: readonly Issue[],
  details: object,
  terminal: Terminal,
): number {
  for (const { severity, message, remedy } of issues)
    if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
  for (const { name, fit } of fits) terminal.say(oneLine(fitLine(name, fit)));
  terminal.document({ model, curves: fits.map(({ name, fit }) => fitDocument(name, model, fit)), ...details, issues });
  const stands = fits.every(({ fit }) => fit?.status === 'fitted' || fit?.status === 'at-bound');
  return stands && !issues.some(({ severity }) => severity === 'error') ? 0 : 1;
}
