import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { populationInputs } from '../../imaging/perfusion/aif.ts';
import { type AslOptions, type AslRole, aslMaps } from '../../imaging/perfusion/asl.ts';
import { curveTable } from '../../imaging/perfusion/curveTable.ts';
import { dceMaps, type InputChoice, type TracerOptions } from '../../imaging/perfusion/dce.ts';
import { deconvolutions } from '../../imaging/perfusion/dsc/deconvolve.ts';
import { dscMaps, penumbra, penumbraThresholds } from '../../imaging/perfusion/dsc.ts';
import type { Maps } from '../../imaging/perfusion/maps.ts';
import { type ModelId, modelIds } from '../../imaging/perfusion/models.ts';
import { t1Maps } from '../../imaging/perfusion/t1Maps.ts';
import { inputFunction } from '../../kinetics/input.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { Command, Terminal } from '../command.ts';
import { maskFile } from '../diffusionInput.ts';
import { type Given, givenOf } from '../given.ts';
import { asPlasma, delayOf, fitTable, georgiouTable } from '../perfusionCurves.ts';
import { dynamicInput, mapFile, numberList, textFile } from '../perfusionInput.ts';
import { writeMaps } from '../perfusionMaps.ts';
import { oneLine } from '../terminal.ts';

const seriesModels = ['enhancement', ...modelIds, 'dsc', 'asl', 't1'] as const;

export const command: Command = {
  summary: 'Fits perfusion models to a series or to curves: DCE, DSC, ASL, T1.',
  usage:
    'idiograph perfusion SERIES --model ID --out DIR [options] [--json]\n' +
    '       idiograph perfusion --curves FILE.csv [--model ID] [options] [--json]\n\n' +
    `SERIES: a NIfTI file or a folder of DICOM. ID: ${seriesModels.join(', ')}; for curves one of the tracer models, or auto.\n` +
    'Curves: a column t_s (or t_min), one for the plasma input (cp, ca or aif, mmol/L) and one for each tissue curve (mmol/L).\n' +
    'Any series: --mask FILE, --times LIST or FILE (s), --tr MS, --te MS, --flip-angle DEG, --field T.\n' +
    'Tracer models: --t1 FILE (map, s) or --t10 S; --aif automatic|parker|georgiou|mcgrath|FILE.csv, --aif-mask FILE,\n' +
    '--hematocrit 0.42, --relaxivity 4.5, --dose 0.1 (mmol/kg), --delay fit|S, --concentration (the series holds mmol/L).\n' +
    `DSC: --deconvolution ${deconvolutions.join('|')}, --aif-mask FILE.\n` +
    'ASL: --labelling pcasl|pasl, --label-duration S, --pld LIST (s), --slice-time S, --suppression-pulses N, --m0 FILE, --contexts LIST.\n' +
    'T1: --flip-angles LIST, --b1 FILE (actual / nominal). Maps are written on the grid of SERIES.',
  options: {
    out: { type: 'string' },
    model: { type: 'string' },
    curves: { type: 'string' },
    'time-unit': { type: 'string' },
    mask: { type: 'string' },
    times: { type: 'string' },
    tr: { type: 'string' },
    te: { type: 'string' },
    'flip-angle': { type: 'string' },
    'flip-angles': { type: 'string' },
    field: { type: 'string' },
    t1: { type: 'string' },
    t10: { type: 'string' },
    b1: { type: 'string' },
    aif: { type: 'string' },
    'aif-mask': { type: 'string' },
    hematocrit: { type: 'string' },
    relaxivity: { type: 'string' },
    dose: { type: 'string' },
    delay: { type: 'string' },
    concentration: { type: 'boolean' },
    deconvolution: { type: 'string' },
    labelling: { type: 'string' },
    'label-duration': { type: 'string' },
    pld: { type: 'string' },
    'slice-time': { type: 'string' },
    'suppression-pulses': { type: 'string' },
    m0: { type: 'string' },
    contexts: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    if (given.text('curves') !== undefined) {
      if (positionals.length > 0) throw usage('name a series or --curves, not both');
      return fitTable(given, terminal);
    }
    const [path, ...more] = positionals;
    const out = given.text('out');
    const model = given.oneOf('model', seriesModels);
    if (path === undefined || more.length > 0 || out === undefined || model === undefined)
      throw usage('name one series, --model and --out');
    return fitSeries(path, model, out, given, terminal);
  },
};

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}

async function fitSeries(
  path: string,
  model: (typeof seriesModels)[number],
  out: string,
  given: Given,
  terminal: Terminal,
): Promise<number> {
  const start = performance.now();
  const input = await dynamicInput(path);
  const image = withHeader(input.image, given);
  const masked = given.text('mask') === undefined ? undefined : await maskFile(given.text('mask')!, image);
  const mask = masked && { mask: masked.mask };
  const times = given.text('times') === undefined ? {} : { timesS: numberList(given.text('times')!) };
  const issues: Issue[] = [...input.issues, ...(masked?.issues ?? [])];
  const progress = (share: number): void => {
    if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
    terminal.progress(`${model} ${Math.round(100 * share)} %`);
  };
  const made: Maps[] = [];
  let details: Record<string, unknown> = {};
  const take = (result: { refused: Issue } | object): boolean => {
    if ('refused' in result) issues.push(result.refused as Issue);
    return !('refused' in result);
  };
  if (model === 't1') {
    const b1 = given.text('b1') === undefined ? {} : { b1: await mapFile(given.text('b1')!, image) };
    const angles =
      given.text('flip-angles') === undefined ? {} : { flipAnglesDeg: numberList(given.text('flip-angles')!) };
    const result = await t1Maps([image], { ...b1, ...angles, ...mask });
    if (take(result) && 'maps' in result) {
      made.push(result.maps);
      issues.push(...result.issues);
    }
  } else if (model === 'dsc') {
    const method = given.oneOf('deconvolution', deconvolutions);
    const artery =
      given.text('aif-mask') === undefined ? {} : { arteryMask: (await maskFile(given.text('aif-mask')!, image)).mask };
    const result = await dscMaps(image, { ...mask, ...times, ...artery, ...(method && { method }), progress });
    if (take(result) && 'maps' in result) {
      made.push(result.maps);
      issues.push(...result.issues);
      const volumes = penumbra(result.maps, indexFrame(image.grid).voxelMm3 / 1000);
      details = {
        deconvolution: result.method,
        arteryVoxels: result.artery.voxels.length,
        baseline: result.baseline,
        ...(volumes && { thresholds: penumbraThresholds, volumes }),
      };
    }
  } else if (model === 'asl') {
    const result = await aslMaps(image, { ...mask, ...(await aslOptions(image, given, input.contexts)) });
    if (take(result) && 'maps' in result) {
      made.push(result.maps);
      issues.push(...result.issues);
      details = { kind: result.kind, contexts: result.contexts };
    }
  } else {
    const tracer = model === 'enhancement' ? undefined : await tracerOptions(model, image, given);
    const result = await dceMaps(image, { ...mask, ...times, ...(tracer && { tracer }), progress });
    if (take(result) && 'enhancement' in result) {
      issues.push(...result.issues);
      made.push(result.tracer?.maps ?? result.enhancement);
      if (result.tracer) made.push(withoutStatus(result.enhancement));
      if (tracer && !result.tracer) made.length = 0;
      details = {
        times: [...result.timesS],
        baseline: result.baseline,
        ...(result.tracer && { arteryVoxels: result.tracer.arteryVoxels.length }),
      };
    }
  }
  const written = made.length > 0 ? writeMaps(out, made) : [];
  const isEmpty = written.length > 0 && written.every(({ median }) => median === undefined);
  if (isEmpty && !issues.some(({ code }) => code === nothingFitted.code)) issues.push(nothingFitted);
  for (const { severity, message, remedy } of issues)
    if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
  const seconds = (performance.now() - start) / 1000;
  for (const { file, title, unit, median } of written)
    terminal.say(
      `${file.padEnd(28)} ${title}${median === undefined ? '' : `, median ${median.toPrecision(4)}${unit === '1' ? '' : ` ${unit}`}`}`,
    );
  const counts = made[0]?.counts;
  if (counts)
    terminal.say(
      `${model} in ${seconds.toFixed(2)} s: ${Object.entries(counts)
        .flatMap(([name, count]) => (count > 0 ? [`${count} voxels ${name}`] : []))
        .join(', ')}`,
    );
  terminal.document({
    model,
    ...details,
    ...(counts && { voxels: counts }),
    seconds: Number(seconds.toFixed(3)),
    maps: written,
    issues,
  });
  return made.length === 0 || issues.some(({ severity }) => severity === 'error') ? 1 : 0;
}

const nothingFitted = issue('error', 'perfusion-nothing-fitted', 'No voxel has a value.', {
  remedy: 'Look at the series and its mask: signals must be there, finite and above zero.',
});

/** The header with what the command line states instead; our units as each format's header has them. */
function withHeader(image: ImageHandle, given: Given): ImageHandle {
  const perUnit = image.metadata['layout'] === undefined ? 1e-3 : 1;
  const change: Record<string, unknown> = {};
  const tr = given.number('tr');
  const te = given.number('te');
  if (tr !== undefined) Object.assign(change, { RepetitionTime: tr * perUnit, RepetitionTimeExcitation: tr * perUnit });
  if (te !== undefined) change['EchoTime'] = te * perUnit;
  if (given.number('flip-angle') !== undefined) change['FlipAngle'] = given.number('flip-angle');
  if (given.number('field') !== undefined) change['MagneticFieldStrength'] = given.number('field');
  return { ...image, metadata: { ...image.metadata, ...change } };
}

async function tracerOptions(model: ModelId, image: ImageHandle, given: Given): Promise<TracerOptions> {
  const t10 = given.number('t10');
  if (t10 !== undefined && !(t10 > 0.05 && t10 < 10))
    throw new IdiographError('usage', `a T1 of ${t10} s is not possible`, { remedy: 'Give seconds: --t10 1.4.' });
  let r10: Float32Array | number | undefined = t10 === undefined ? undefined : 1 / t10;
  if (given.text('t1') !== undefined) {
    const map = await mapFile(given.text('t1')!, image);
    const sorted = map.filter((value) => value > 0).sort();
    if (!(sorted[sorted.length >> 1]! < 20))
      throw new IdiographError('usage', 'the T1 map seems to be in milliseconds', { remedy: 'Give T1 in seconds.' });
    r10 = map.map((value) => 1 / value);
  }
  const haematocrit = given.number('hematocrit');
  const relaxivity = given.number('relaxivity');
  const delay = delayOf(given);
  return {
    model,
    input: await inputChoice(image, given),
    isConcentration: given.flag('concentration'),
    ...(r10 !== undefined && { r10 }),
    ...(haematocrit !== undefined && { haematocrit }),
    ...(relaxivity !== undefined && { relaxivity }),
    ...(delay !== undefined && { delay }),
  };
}

async function inputChoice(image: ImageHandle, given: Given): Promise<InputChoice> {
  if (given.text('aif-mask') !== undefined)
    return { from: 'region', mask: (await maskFile(given.text('aif-mask')!, image)).mask };
  const name = given.text('aif') ?? 'automatic';
  if (name === 'automatic') return { from: 'automatic' };
  const population = populationInputs.find((one) => one === name);
  const dose = given.number('dose');
  if (population)
    return { from: population, ...(dose !== undefined && { doseMmolPerKg: dose }), table: georgiouTable() };
  const { groups } = curveTable(textFile(name), given.oneOf('time-unit', ['s', 'min']));
  const [group] = groups;
  const values = group!.input?.values ?? group!.curves[0]!.values;
  return { from: 'given', input: asPlasma(inputFunction(group!.timesS, values), given) };
}

async function aslOptions(
  image: ImageHandle,
  given: Given,
  contexts: readonly AslRole[] | undefined,
): Promise<AslOptions> {
  const type = given.oneOf('labelling', ['pcasl', 'pasl']);
  const duration = given.number('label-duration');
  const sliceTime = given.number('slice-time');
  const pulses = given.number('suppression-pulses');
  const said = given.text('contexts')?.split(',') as AslRole[] | undefined;
  return {
    ...((said ?? contexts) && { contexts: (said ?? contexts)! }),
    ...(type && { type }),
    ...(duration !== undefined && { durationS: duration }),
    ...(given.text('pld') !== undefined && { delaysS: numberList(given.text('pld')!) }),
    ...(sliceTime !== undefined && { sliceTimeS: sliceTime }),
    ...(pulses !== undefined && { suppressionPulses: pulses }),
    ...(given.text('m0') !== undefined && { m0: await mapFile(given.text('m0')!, image) }),
  };
}

function withoutStatus(maps: Maps): Maps {
  return { ...maps, status: new Uint8Array(0) };
}
