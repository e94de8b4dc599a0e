import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { type Seconds, seconds } from '../../kinetics/units.ts';
import { acquisitionOf } from './acquisition.ts';
import {
  type AslConstants,
  bloodT1,
  type Labelling,
  labellingEfficiency,
  multiDelayFitter,
  singleDelayCbf,
  sliceDelay,
} from './asl/quantify.ts';
import { curvesOf, foreground } from './curves.ts';
import { statuses } from './fitCurve.ts';
import { aslReported } from './mapList.ts';
import { emptyMaps, type Maps, note } from './maps.ts';

/** As in BIDS, and `discard` for what is to be left out. */
export type AslRole = 'm0scan' | 'label' | 'control' | 'deltam' | 'discard';

/** What quantification needs beyond the images; the header's values stand where an option does not. */
export interface AslOptions {
  contexts?: readonly AslRole[];
  type?: Labelling['type'];
  /** Labelling duration (PCASL) or TI1 (PASL). */
  durationS?: number;
  /** Post-labelling delays (PCASL) or inversion times (PASL): one, or one a volume. */
  delaysS?: readonly number[];
  /** 2D readout: from slice to slice. */
  sliceTimeS?: number;
  suppressionPulses?: number;
  efficiencyPerPulse?: number;
  fieldT?: number;
  t1TissueS?: number;
  /** M0 of the volume, one a voxel, where it is not within the series. */
  m0?: Float32Array;
  mask?: Uint8Array;
}

export interface AslResult {
  maps: Maps;
  mask: Uint8Array;
  contexts: readonly AslRole[];
  /** `absolute`: CBF in mL/100 g/min. `relative`: the difference signal, for want of what is named in the issues. */
  kind: 'absolute-single' | 'absolute-multi' | 'relative';
  issues: Issue[];
}

/**
 * Blood flow from arterial spin labelling. With type, label duration, delays, field and M0: CBF by the consensus formula for
 * one delay, by Buxton's model for several. Without one of them: the mean difference of control and label, called relative.
 */
export async function aslMaps(image: ImageHandle, options: AslOptions = {}): Promise<AslResult | { refused: Issue }> {
  const nt = image.grid.shape[3];
  const issues: Issue[] = [];
  const mask = options.mask ?? (await foreground(image));
  const contexts = await contextsOf(image, options, mask, issues);
  if ('refused' in contexts) return contexts;
  const roles = contexts.roles;
  const controls = roles.flatMap((role, at) => (role === 'control' ? [at] : []));
  const labels = roles.flatMap((role, at) => (role === 'label' ? [at] : []));
  const deltas = roles.flatMap((role, at) => (role === 'deltam' ? [at] : []));
  const pairs = deltas.length > 0 ? deltas.map((at) => [at, -1] as const) : pairsOf(controls, labels);
  const isOneDelay = (options.delaysS ?? listOf(image.metadata['PostLabelingDelay']) ?? []).length <= 1;
  if (isOneDelay) await sayDisagreement(image, pairs, mask, issues);
  if (pairs.length === 0)
    return { refused: issue('error', 'asl-no-pairs', 'The series holds no pair of label and control.') };
  const m0At = roles.flatMap((role, at) => (role === 'm0scan' ? [at] : []));
  const known = quantities(image, options, m0At.length > 0 || options.m0 !== undefined, issues);
  const delays = known && delaysOfPairs(known.delaysS, pairs, nt);
  if (known && !delays) issues.push(notOfSeries(known.delaysS.length, nt));
  const isMulti = delays !== undefined && new Set(delays).size > 1;
  const kind: AslResult['kind'] = !delays ? 'relative' : isMulti ? 'absolute-multi' : 'absolute-single';
  const maps = emptyMaps(
    image.grid,
    kind === 'relative'
      ? aslReported.relative
      : isMulti
        ? [...aslReported.single, ...aslReported.arrival]
        : aslReported.single,
  );
  const slice = image.grid.shape[0] * image.grid.shape[1];
  const fitters = new Map<number, ReturnType<typeof multiDelayFitter>>();
  const difference = new Float64Array(pairs.length);
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      const voxel = voxels[at]!;
      const curve = data.subarray(at * nt, (at + 1) * nt);
      for (const [pair, [control, label]] of pairs.entries())
        difference[pair] = label < 0 ? curve[control]! : curve[control]! - curve[label]!;
      const { mean, error } = meanOf(difference);
      const put = (values: readonly number[], status: number): void => {
        for (const [map, value] of values.entries()) maps.maps[map]!.values[voxel] = value;
        note(maps, voxel, status);
      };
      if (!Number.isFinite(mean)) {
        put([], statuses['no-data']);
        continue;
      }
      if (!known || !delays) {
        put([mean, error], statuses.fitted);
        continue;
      }
      const m0 = options.m0?.[voxel] ?? m0At.reduce((sum, one) => sum + curve[one]! / m0At.length, 0);
      const late = (delay: number): Seconds =>
        sliceDelay(seconds(delay), Math.floor(voxel / slice), seconds(known.sliceTimeS));
      if (!isMulti) {
        const scale = singleDelayCbf(1, m0, known.labelling, late(delays[0]!), known.constants);
        put([scale * mean, Math.abs(scale) * error], Number.isFinite(scale) ? statuses.fitted : statuses['no-data']);
        continue;
      }
      const k = Math.floor(voxel / slice);
      let fitter = fitters.get(k);
      if (!fitter) {
        const after = known.labelling.type === 'pcasl' ? known.labelling.durationS : 0;
        fitter = multiDelayFitter(
          delays.map((delay) => after + late(delay)),
          known.labelling,
          known.constants,
        );
        fitters.set(k, fitter);
      }
      const { cbf, att, cbfStandardError, attStandardError, ok } = fitter(difference, m0);
      if (!Number.isFinite(cbf)) put([], statuses['no-data']);
      else if (ok) put([cbf, cbfStandardError, att, attStandardError], statuses.fitted);
      else put([cbf, Number.NaN, att, Number.NaN], statuses['at-bound']);
    }
  return { maps, mask, contexts: roles, kind, issues };
}

/** Each label with the control beside it, in the order of the series. */
function pairsOf(controls: readonly number[], labels: readonly number[]): (readonly [number, number])[] {
  return Array.from(
    { length: Math.min(controls.length, labels.length) },
    (_, at) => [controls[at]!, labels[at]!] as const,
  );
}

/**
 * Repetitions of one delay should look alike. Those that are correlated below zero with the sum of the others are named:
 * movement, or volumes before the steady state. Nothing is left out by itself: with three pairs one cannot tell which.
 */
async function sayDisagreement(
  image: ImageHandle,
  pairs: readonly (readonly [number, number])[],
  mask: Uint8Array,
  issues: Issue[],
): Promise<void> {
  const inside = mask.reduce((sum, one) => sum + one, 0);
  if (pairs.length < 3 || pairs.length * inside > 2 ** 26) return;
  const differences: Float32Array[] = [];
  const sum = new Float64Array(inside);
  for (const [control, label] of pairs) {
    const first = await image.readVolume(control);
    const second = label < 0 ? undefined : await image.readVolume(label);
    const values = new Float32Array(inside);
    for (let at = 0, to = 0; at < mask.length; at++)
      if (mask[at] === 1) values[to++] = first[at]! - (second?.[at] ?? 0);
    for (let at = 0; at < inside; at++) sum[at]! += values[at]!;
    differences.push(values);
  }
  const odd = differences.flatMap((values, at) => (correlationWithRest(values, sum) < 0 ? [at + 1] : []));
  if (odd.length > 0)
    issues.push(
      issue(
        'warning',
        'asl-pairs-disagree',
        `Of ${pairs.length} pairs, number ${odd.join(', ')} look unlike the others.`,
        {
          remedy: 'Look for movement, and for volumes before the steady state; mark such volumes as discarded.',
        },
      ),
    );
}

/** Pearson's correlation of one map with the sum of the others; voxels that are no number at some time are left out. */
function correlationWithRest(values: Float32Array, sum: Float64Array): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const x = values[at]!;
    const y = sum[at]! - x;
    if (!Number.isFinite(x + y)) continue;
    n++;
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return (n * ab - a * b) / Math.sqrt((n * aa - a * a) * (n * bb - b * b));
}

function meanOf(values: Float64Array): { mean: number; error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.NaN };
}

/** Delays by pair: one for all, one for each volume of the series, or one for each pair. */
function delaysOfPairs(
  delaysS: readonly number[],
  pairs: readonly (readonly [number, number])[],
  volumes: number,
): number[] | undefined {
  if (delaysS.length === 1) return pairs.map(() => delaysS[0]!);
  if (delaysS.length === volumes) return pairs.map(([control]) => delaysS[control]!);
  return delaysS.length === pairs.length ? [...delaysS] : undefined;
}

function notOfSeries(delays: number, volumes: number): Issue {
  return issue('error', 'asl-delays-do-not-match', `There are ${delays} delays for ${volumes} volumes.`, {
    remedy: 'Give one delay, or one for each volume or pair.',
  });
}

interface Quantities {
  labelling: Labelling;
  delaysS: readonly number[];
  sliceTimeS: number;
  constants: AslConstants;
}

/** Everything for absolute numbers; undefined, with the first thing that is missing as an issue. */
function quantities(image: ImageHandle, options: AslOptions, hasM0: boolean, issues: Issue[]): Quantities | undefined {
  const header = image.metadata;
  const lack = (what: string, remedy: string): undefined => {
    issues.push(
      issue('warning', 'asl-not-quantified', `${what}: flow is relative, in units of the scanner.`, { remedy }),
    );
  };
  const type = options.type ?? typeOf(header);
  if (!type) return lack('The kind of labelling is not stated', 'Give it (--labelling pcasl or pasl).');
  const duration =
    options.durationS ?? numberOf(header[type === 'pcasl' ? 'LabelingDuration' : 'BolusCutOffDelayTime']);
  if (!(duration! > 0))
    return lack('The duration of the label is not stated', 'Give it in seconds (--label-duration).');
  const delaysS = options.delaysS ?? listOf(header['PostLabelingDelay']);
  if (!delaysS || delaysS.length === 0 || delaysS.some((one) => !(one >= 0 && one < 10)))
    return lack('The post-labelling delay is not stated', 'Give it in seconds (--pld).');
  const fieldT = options.fieldT ?? acquisitionOf(header).fieldT;
  const t1BloodS = fieldT === undefined ? undefined : bloodT1(fieldT);
  if (t1BloodS === undefined) return lack('The field is not 1.5 or 3 T', 'Give T1 of blood by the field (--field).');
  if (!hasM0) return lack('There is no M0 image', 'Give one (--m0).');
  const pulses = options.suppressionPulses ?? suppressionOf(header);
  if (pulses === undefined)
    issues.push(
      issue(
        'warning',
        'asl-suppression-unknown',
        'Whether background suppression cost label is not stated; none was assumed.',
        {
          remedy: 'Give the number of pulses (--suppression-pulses): each takes about 5 % of the label.',
        },
      ),
    );
  const is3d = acquisitionOf(header).is3d;
  const sliceTimeS = options.sliceTimeS ?? sliceTimeOf(header);
  if (sliceTimeS === undefined && is3d !== true)
    issues.push(
      issue(
        'warning',
        'asl-slice-time-unknown',
        'The delay of later slices is longer by an unknown time; it was neglected.',
        {
          remedy: 'Give the time from slice to slice (--slice-time).',
        },
      ),
    );
  return {
    labelling: type === 'pcasl' ? { type, durationS: seconds(duration!) } : { type, bolusS: seconds(duration!) },
    delaysS,
    sliceTimeS: sliceTimeS ?? 0,
    constants: {
      t1BloodS,
      t1TissueS: seconds(options.t1TissueS ?? 1.33),
      partitionMlPerG: 0.9,
      efficiency: labellingEfficiency(type, pulses ?? 0, options.efficiencyPerPulse),
    },
  };
}

function typeOf(header: Readonly<Record<string, unknown>>): Labelling['type'] | undefined {
  const stated = String(
    header['ArterialSpinLabelingType'] ?? header['ArterialSpinLabelingContrast'] ?? '',
  ).toUpperCase();
  if (stated === 'PCASL' || stated === 'PSEUDOCONTINUOUS') return 'pcasl';
  return stated === 'PASL' || stated === 'PULSED' ? 'pasl' : undefined;
}

function numberOf(value: unknown): number | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isFinite(first) ? first : undefined;
}

function listOf(value: unknown): number[] | undefined {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.length > 0 && list.every((one) => typeof one === 'number') ? (list as number[]) : undefined;
}

function suppressionOf(header: Readonly<Record<string, unknown>>): number | undefined {
  if (header['BackgroundSuppression'] === false) return 0;
  return numberOf(header['BackgroundSuppressionNumberPulses']);
}

/** From the slice times of a sidecar, where slices follow each other upwards. */
function sliceTimeOf(header: Readonly<Record<string, unknown>>): number | undefined {
  const times = listOf(header['SliceTiming']);
  if (!times || times.length < 2) return undefined;
  const steps = times.slice(1).map((time, at) => time - times[at]!);
  return steps.every((step) => step > 0 && Math.abs(step - steps[0]!) < 0.1 * steps[0]!) ? steps[0] : undefined;
}

async function contextsOf(
  image: ImageHandle,
  options: AslOptions,
  mask: Uint8Array,
  issues: Issue[],
): Promise<{ roles: readonly AslRole[] } | { refused: Issue }> {
  const nt = image.grid.shape[3];
  const stated = options.contexts ?? (image.metadata['aslContext'] as AslRole[] | undefined);
  if (stated) {
    if (stated.length === nt) return { roles: stated };
    return {
      refused: issue('error', 'asl-contexts-do-not-match', `There are ${stated.length} contexts for ${nt} volumes.`, {
        remedy: 'Give one for each volume (m0scan, label, control).',
      }),
    };
  }
  const means: number[] = [];
  for (let t = 0; t < nt; t++) {
    const volume = await image.readVolume(t);
    let [sum, count] = [0, 0];
    for (let at = 0; at < volume.length; at++)
      if (mask[at] === 1 && Number.isFinite(volume[at]!)) {
        sum += volume[at]!;
        count++;
      }
    means.push(sum / count);
  }
  const rest = means.slice(1);
  const level = rest.reduce((sum, value) => sum + value, 0) / rest.length;
  const hasM0 = nt % 2 === 1 || means[0]! > 1.2 * level;
  const from = hasM0 ? 1 : 0;
  const even = means.slice(from).filter((_, at) => at % 2 === 0);
  const odd = means.slice(from).filter((_, at) => at % 2 === 1);
  if (even.length !== odd.length || even.length === 0)
    return {
      refused: issue(
        'error',
        'asl-order-unknown',
        'Which volumes are label and which control is not stated and cannot be seen.',
        {
          remedy: 'Give the contexts of the volumes (aslcontext.tsv beside the image).',
        },
      ),
    };
  // Label makes the mean darker by a per cent; each pair must agree.
  const signs = new Set(even.map((value, at) => Math.sign(value - odd[at]!)));
  if (signs.size !== 1 || signs.has(0))
    return {
      refused: issue('error', 'asl-order-unknown', 'The pairs of the series disagree on which volumes are label.', {
        remedy: 'Give the contexts of the volumes (aslcontext.tsv beside the image).',
      }),
    };
  const controlFirst = signs.has(1);
  issues.push(
    issue(
      'warning',
      'asl-order-inferred',
      `Label and control were told apart by their brightness${hasM0 ? '; the first volume is taken for M0' : ''}.`,
    ),
  );
  return {
    roles: means.map((_, at) =>
      at < from ? 'm0scan' : ((at - from) % 2 === 0) === controlFirst ? 'control' : 'label',
    ),
  };
}
