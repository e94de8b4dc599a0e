import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type InputFunction, inputFunction, plasmaInput } from '../../kinetics/input.ts';
import { type PerSecond, perMillimolarSecond, perSecond } from '../../kinetics/units.ts';
import { acquisitionOf, seriesTimes } from './acquisition.ts';
import { inputTrouble, type PopulationInput, populationInput, type TabulatedInput } from './aif.ts';
import { arterialCurve } from './artery.ts';
import { bloodT1 } from './asl/quantify.ts';
import { baselineRange, foreground, meanCurve } from './curves.ts';
import type { CurveOptions } from './fitCurve.ts';
import { enhancementMaps, type Maps, mapNamed, tracerMaps } from './maps.ts';
import type { ModelId } from './models.ts';
import { enhancementPlan } from './semiQuantitative.ts';
import { type CurveKind, convert, type TracerSetup } from './tracerKernel.ts';

/** Where the plasma input comes from. */
export type InputChoice =
  | { from: 'automatic' }
  | { from: 'region'; mask: Uint8Array }
  | { from: PopulationInput; doseMmolPerKg?: number; table?: TabulatedInput }
  /** In plasma, mmol/L. */
  | { from: 'given'; input: InputFunction };

export interface TracerOptions {
  model: ModelId;
  input: InputChoice;
  /** R1 before contrast, 1/s: of each voxel of the volume, or one for all. */
  r10?: Float32Array | number;
  /** The image holds mmol/L already. */
  isConcentration?: boolean;
  /** L/mmol/s. Default 4.5, said. */
  relaxivity?: number;
  /** Default 0.42, said. */
  haematocrit?: number;
  delay?: CurveOptions['delay'];
}

export interface DceOptions {
  /** Without, only what needs no model. */
  tracer?: TracerOptions;
  /** Seconds; the header's without. */
  timesS?: ArrayLike<number>;
  mask?: Uint8Array;
  /** Samples before contrast: `first`..`end` - 1. */
  baseline?: readonly [first: number, end: number];
  progress?: (share: number) => void;
}

export interface DceResult {
  timesS: Float64Array;
  baseline: readonly [first: number, end: number];
  mask: Uint8Array;
  enhancement: Maps;
  tracer?: { maps: Maps; model: ModelId; input: InputFunction; arteryVoxels: number[]; setup: TracerSetup };
  issues: Issue[];
}

/**
 * Maps of a dynamic contrast-enhanced series: enhancement always, tracer kinetics when asked for and possible. What makes the
 * whole series unusable is refused; what makes the kinetics impossible is an issue of severity `error`, and the rest goes on.
 */
export async function dceMaps(image: ImageHandle, options: DceOptions = {}): Promise<DceResult | { refused: Issue }> {
  const volumes = image.grid.shape[3];
  if (volumes < 3)
    return {
      refused: issue(
        'error',
        'perfusion-too-few-volumes',
        `A series of ${volumes} volumes shows no course of contrast.`,
        {
          remedy: 'Give the whole dynamic series.',
        },
      ),
    };
  const { timesS, issues: doubts } = seriesTimes(image.metadata, volumes, image.grid.repetitionTimeS, options.timesS);
  if (!timesS) return { refused: doubts[0]! };
  const issues = [...doubts];
  const mask = options.mask ?? (await foreground(image));
  const mean = await meanCurve(image, mask);
  if (!mean.every(Number.isFinite))
    return { refused: issue('error', 'perfusion-no-signal', 'No voxel has a signal at all times.') };
  const baseline = options.baseline ?? baselineRange(mean);
  const plan = enhancementPlan(timesS, baseline);
  if (!plan)
    return { refused: issue('error', 'perfusion-no-enhancement', 'No volume follows the arrival of contrast.') };
  const enhancement = await enhancementMaps(image, mask, plan);
  if (!mapNamed(enhancement, 'pe').values.some((value) => value > 0))
    return {
      refused: issue(
        'error',
        'perfusion-no-enhancement',
        'In no voxel does the signal rise above its level at first.',
        {
          remedy: 'Check that the series is one with contrast agent, and T1-weighted.',
        },
      ),
    };
  const result: DceResult = { timesS, baseline, mask, enhancement, issues };
  if (options.tracer) {
    const setup = await tracerSetup(image, mask, timesS, baseline, options.tracer);
    if ('refused' in setup) issues.push(setup.refused);
    else {
      issues.push(...setup.issues);
      const maps = await tracerMaps(image, mask, setup.setup, options.tracer.r10, options.progress);
      const doubt = fewFitted(maps);
      if (doubt) issues.push(doubt);
      const { input, voxels } = setup;
      result.tracer = { maps, model: options.tracer.model, input, arteryVoxels: voxels, setup: setup.setup };
    }
  }
  return result;
}

/** The test for uptake takes noise for it in one voxel of a hundred. */
const chanceShare = 0.03;

function fewFitted({ counts }: Maps): Issue | undefined {
  const given = counts.fitted + counts['at-bound'];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (given > chanceShare * all) return undefined;
  const remedy = 'Look at the curves (enhancement maps), and at baseline, input and T1.';
  if (given === 0)
    return issue('error', 'perfusion-nothing-fitted', `The model could be fitted in none of ${all} voxels.`, {
      remedy,
    });
  return issue(
    'warning',
    'perfusion-few-fitted',
    `The model has a value in ${given} of ${all} voxels: about as many as noise alone gives.`,
    { remedy },
  );
}

type Prepared = { setup: TracerSetup; input: InputFunction; voxels: number[]; issues: Issue[] } | { refused: Issue };

async function tracerSetup(
  image: ImageHandle,
  mask: Uint8Array,
  timesS: Float64Array,
  baseline: readonly [number, number],
  options: TracerOptions,
): Promise<Prepared> {
  const issues: Issue[] = [];
  if (timesS.length < 8)
    return {
      refused: issue('error', 'perfusion-too-few-times', `${timesS.length} volumes do not determine a tracer model.`, {
        remedy: 'Use the enhancement maps, or a series with at least eight volumes.',
      }),
    };
  const kind = curveKind(image, baseline, options, issues);
  if ('refused' in kind) return kind;
  // Long baselines end a sample before the last one without contrast.
  const arrivalS = timesS[baseline[1] - (baseline[1] >= 4 ? 0 : 1)]!;
  const { input: choice } = options;
  let input: InputFunction;
  let voxels: number[] = [];
  if (choice.from === 'given') input = choice.input;
  else {
    let blood: InputFunction;
    if (choice.from === 'automatic' || choice.from === 'region') {
      const r10 = bloodR10(image, issues);
      const artery = await arterialCurve(
        image,
        choice.from === 'region' ? choice.mask : mask,
        timesS,
        baseline[1],
        (signal, _, out) => convert(kind.curve, signal, r10, out),
        choice.from,
      );
      if ('refused' in artery) return artery;
      issues.push(...artery.issues);
      blood = inputFunction(timesS, artery.values);
      voxels = artery.voxels;
    } else {
      blood = populationInput(choice.from, timesS, arrivalS, choice);
      issues.push(
        issue(
          'warning',
          'aif-of-population',
          `The arterial input is that of a population (${choice.from}), not this person's.`,
          {
            remedy: 'Compare rates only between scans with the same input.',
          },
        ),
      );
    }
    if (options.haematocrit === undefined)
      issues.push(issue('info', 'haematocrit-assumed', 'A haematocrit of 0.42 was assumed for plasma from blood.'));
    input = plasmaInput(blood, options.haematocrit ?? 0.42);
  }
  const trouble = inputTrouble(input);
  if (trouble) return { refused: trouble };
  const setup: TracerSetup = {
    model: options.model,
    input: { timesS: input.timesS, values: input.values },
    timesS,
    curve: kind.curve,
    options: { ...(options.delay !== undefined && { delay: options.delay }) },
  };
  return { setup, input, voxels, issues };
}

/** Beyond it nothing is a spoiled gradient echo in its steady state; a longer one is in another unit. */
const longestRepetitionS = 1;

function curveKind(
  image: ImageHandle,
  baseline: readonly [number, number],
  options: TracerOptions,
  issues: Issue[],
): { curve: CurveKind } | { refused: Issue } {
  if (options.isConcentration) return { curve: { of: 'concentration' } };
  const { repetitionTime, flipAngle } = acquisitionOf(image.metadata);
  if (repetitionTime === undefined || flipAngle === undefined)
    return {
      refused: issue('error', 'perfusion-no-sequence', 'Repetition time or flip angle of the series are not stated.', {
        remedy: 'Give them (--tr, --flip-angle), or a series of concentrations.',
      }),
    };
  if (!(flipAngle > 0 && flipAngle <= 180) || !(repetitionTime > 0 && repetitionTime < longestRepetitionS))
    return {
      refused: issue(
        'error',
        'perfusion-sequence-implausible',
        `A flip angle of ${flipAngle} degrees with a repetition time of ${repetitionTime} s is no spoiled gradient echo.`,
        { remedy: 'Correct the header, or give both (--tr in ms, --flip-angle in degrees).' },
      ),
    };
  if (options.r10 === undefined)
    return {
      refused: issue('error', 'perfusion-no-t1', 'Without T1 before contrast the signal has no concentration.', {
        remedy: 'Give a T1 map (variable flip angles), or a T1 that you answer for.',
      }),
    };
  if (options.relaxivity === undefined)
    issues.push(
      issue('info', 'relaxivity-assumed', 'A relaxivity of 4.5 L/mmol/s was assumed for the contrast agent.', {
        remedy: 'Give that of the agent at the field of the scanner.',
      }),
    );
  const relaxivity = perMillimolarSecond(options.relaxivity ?? 4.5);
  return { curve: { of: 'spoiled-gradient-echo', baseline, repetitionTime, flipAngle, relaxivity } };
}

function bloodR10(image: ImageHandle, issues: Issue[]): PerSecond {
  const { fieldT } = acquisitionOf(image.metadata);
  const known = fieldT === undefined ? undefined : bloodT1(fieldT);
  if (known === undefined)
    issues.push(
      issue('warning', 'blood-t1-assumed', 'T1 of blood was assumed to be 1.65 s: the field is not 1.5 or 3 T.'),
    );
  return perSecond(1 / (known ?? 1.65));
}
