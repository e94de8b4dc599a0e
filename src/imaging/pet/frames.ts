import { type Issue, issue } from '../../dossier/issue.ts';
import { injectionToStart } from './decay.ts';
import { momentS } from './dicomTime.ts';
import type { Nuclide } from './nuclides.ts';
import { petHeader } from './petHeader.ts';

/** The frames of a dynamic scan, in seconds after injection, and what brings each to one time of decay. */
export interface DynamicFrames {
  startsS: Float64Array;
  durationsS: Float64Array;
  midsS: Float64Array;
  /** Each frame's values times this are corrected to one time. */
  decay: Float64Array;
  halfLifeS: number | undefined;
  says: string[];
  issues: Issue[];
}

type Metadata = Readonly<Record<string, unknown>>;

/** Fewer frames show no course. */
export const fewestFrames = 6;

/**
 * Frames of DICOM (AcquisitionTime or FrameReferenceTime, ActualFrameDuration, DecayFactor; of enhanced objects the clock that
 * intake found) or of a BIDS sidecar (FrameTimesStart, FrameDuration, ImageDecayCorrected). Decay: START and ADMIN are one
 * time for all frames unless the decay factors say that each was corrected to its own begin; NONE is corrected here. Refused
 * without times, for gates, and for uncorrected frames of an unknown half-life.
 */
export function dynamicFrames(
  metadata: Metadata,
  shape: readonly [number, number, number, number],
  nuclides: readonly Nuclide[],
): DynamicFrames | { refused: Issue } {
  const count = shape[3];
  const refuse = (code: string, message: string, remedy: string): { refused: Issue } => ({
    refused: issue('error', code, message, { remedy }),
  });
  const header = petHeader(metadata);
  if (count < fewestFrames)
    return refuse('pet-too-few-frames', `${count} frames in time show no course.`, 'Use the dynamic reconstruction.');
  if (header.seriesType[0] === 'GATED' || /Trigger|Phase/.test(String(metadata['timeAxis'] ?? '')))
    return refuse(
      'pet-gated-series',
      'The frames are gates of a cycle, not times after injection.',
      'Use the dynamic reconstruction.',
    );
  const sidecar = numbers(metadata['FrameTimesStart'], count, 1, 0);
  if (sidecar) return ofSidecar(metadata, sidecar, count, refuse);
  const issues: Issue[] = [];
  const slices = shape[2];
  const { seconds: toStart, halfLifeS } = injectionToStart(header, nuclides, issues);
  const durations = numbers(metadata['ActualFrameDuration'], count, slices, 0)?.map((one) => one / 1000);
  const clock = clockOf(metadata, count, slices, durations);
  if (!clock)
    return refuse(
      'pet-frames-without-time',
      'The header does not tell when each frame was measured.',
      'Export the series with AcquisitionTime, FrameReferenceTime and ActualFrameDuration.',
    );
  const durationsS = durations ?? gaps(clock.starts);
  if (!durations)
    issues.push(
      issue(
        'warning',
        'pet-frame-durations-assumed',
        'The frames have no durations; each is taken to last to the next.',
      ),
    );
  const own = decayOf(metadata, header, clock.starts, durationsS, slices, halfLifeS);
  if ('refused' in own) return own;
  return {
    ...framesFrom(
      clock.starts.map((one) => one + toStart),
      durationsS,
    ),
    ...{ decay: own.decay, halfLifeS, issues: [...issues, ...own.issues] },
    says: [`${count} frames by ${clock.name}`, `scan begins ${Math.round(toStart)} s after injection`, own.says],
  };
}

function ofSidecar(
  metadata: Metadata,
  starts: Float64Array,
  count: number,
  refuse: (code: string, message: string, remedy: string) => { refused: Issue },
): DynamicFrames | { refused: Issue } {
  const durations = numbers(metadata['FrameDuration'], count, 1, 0) ?? gaps(starts);
  if (!rises(starts))
    return refuse('pet-frames-without-time', 'FrameTimesStart does not rise.', 'Correct the sidecar.');
  const injected = Number(metadata['InjectionStart'] ?? 0);
  if (metadata['ImageDecayCorrected'] === false)
    return refuse(
      'pet-frames-not-decay-corrected',
      'The sidecar says that the frames are not corrected for decay, and names no half-life.',
      'Correct the frames for decay first.',
    );
  return {
    ...framesFrom(
      starts.map((one) => one - (Number.isFinite(injected) ? injected : 0)),
      durations,
    ),
    ...{ decay: new Float64Array(count).fill(1), halfLifeS: undefined },
    says: [`${count} frames by FrameTimesStart`, 'corrected for decay, as the sidecar says'],
    issues:
      metadata['ImageDecayCorrected'] === true
        ? []
        : [issue('warning', 'pet-decay-unstated', 'The sidecar does not say that the frames are corrected for decay.')],
  };
}

function framesFrom(startsS: Float64Array, durationsS: Float64Array) {
  return { startsS, durationsS, midsS: startsS.map((one, at) => one + durationsS[at]! / 2) };
}

/** Begin of each frame, seconds after the time of the series; the first clock that rises. */
function clockOf(
  metadata: Metadata,
  count: number,
  slices: number,
  durations: Float64Array | undefined,
): { starts: Float64Array; name: string } | undefined {
  const header = petHeader(metadata);
  const series = momentS(header.seriesDate, header.seriesTime);
  const times = metadata['AcquisitionTime'];
  const dates = metadata['AcquisitionDate'];
  if (series !== undefined && Array.isArray(times) && times.length === count * slices) {
    const starts = Float64Array.from({ length: count }, (_, t) => {
      const at = t * slices;
      const date = Array.isArray(dates) ? dates[at] : dates;
      const start = momentS(typeof date === 'string' ? date : header.seriesDate, String(times[at]));
      if (start === undefined) return Number.NaN;
      return start - series < -43_200 ? start - series + 86_400 : start - series;
    });
    if (rises(starts)) return { starts, name: 'AcquisitionTime' };
  }
  const middles = numbers(metadata['FrameReferenceTime'], count, slices, 0)?.map((one) => one / 1000);
  if (middles && durations && rises(middles))
    return {
      starts: middles.map((one, at) => Math.max(0, one - durations[at]! / 2)),
      name: 'FrameReferenceTime (middle)',
    };
  const found = numbers(metadata['timePointsS'], count, 1, 0);
  return found && rises(found) ? { starts: found, name: String(metadata['timePointClock']) } : undefined;
}

/** What brings each frame to one time, and how that is known. */
function decayOf(
  metadata: Metadata,
  header: ReturnType<typeof petHeader>,
  starts: Float64Array,
  durations: Float64Array,
  slices: number,
  halfLifeS: number | undefined,
): { decay: Float64Array; says: string; issues: Issue[] } | { refused: Issue } {
  const one = new Float64Array(starts.length).fill(1);
  const enhanced = metadata['DecayCorrected'];
  const none =
    header.decayCorrection === 'NONE' ||
    enhanced === 'NO' ||
    (header.correctedImage.length > 0 && !header.correctedImage.includes('DECY'));
  const rate = halfLifeS === undefined ? undefined : Math.LN2 / halfLifeS;
  const within = (t: number): number => (rate! * durations[t]!) / (1 - Math.exp(-rate! * durations[t]!));
  if (none) {
    if (rate === undefined)
      return {
        refused: issue(
          'error',
          'pet-frames-not-decay-corrected',
          'The frames are not corrected for decay, and the half-life is not known.',
          { remedy: 'Enter RadionuclideHalfLife (0018,1075), or reconstruct with decay correction.' },
        ),
      };
    return {
      decay: one.map((_, t) => within(t) * Math.exp(rate * starts[t]!)),
      says: 'each frame corrected for decay here, to the start of the scan',
      issues: [],
    };
  }
  const factors = numbers(metadata['DecayFactor'], starts.length, slices, 0);
  if (factors && rate !== undefined && header.decayCorrection === 'START') {
    // Only late frames tell the two apart.
    const telling = [...starts.keys()].filter((t) => Math.expm1(rate * starts[t]!) > 0.02);
    if (telling.length > 0 && telling.every((t) => Math.abs(factors[t]! / within(t) - 1) < 0.005))
      return {
        decay: one.map((_, t) => Math.exp(rate * starts[t]!)),
        says: 'the decay factors say that each frame was corrected to its own begin; brought to the start of the scan',
        issues: [
          issue('warning', 'pet-frames-corrected-apart', 'Each frame was corrected for decay to its own begin only.', {
            remedy: 'Check that the late part of the curves does not rise by the decay.',
          }),
        ],
      };
  }
  if (header.decayCorrection === undefined && enhanced === undefined)
    return {
      decay: one,
      says: 'taken to be corrected for decay to one time',
      issues: [
        issue('warning', 'pet-decay-unstated', 'The header does not say how the frames were corrected for decay.', {
          remedy: 'Check DecayCorrection (0054,1102).',
        }),
      ],
    };
  return { decay: one, says: `corrected for decay by the scanner (${header.decayCorrection ?? 'YES'})`, issues: [] };
}

/** One number a frame out of a list of one a frame or one a slice of each frame; a single number holds for all. */
function numbers(value: unknown, count: number, slices: number, slice: number): Float64Array | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) {
    const single = Number(value);
    return Number.isFinite(single) ? new Float64Array(count).fill(single) : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const step = value.length === count ? 1 : value.length === count * slices ? slices : 0;
  if (step === 0) return undefined;
  const found = Float64Array.from({ length: count }, (_, t) => Number(value[t * step + (step === 1 ? 0 : slice)]));
  return found.every(Number.isFinite) ? found : undefined;
}

function gaps(starts: Float64Array): Float64Array {
  return starts.map((one, at) => (at + 1 < starts.length ? starts[at + 1]! - one : one - (starts[at - 1] ?? one - 1)));
}

function rises(times: Float64Array): boolean {
  return times.every((time, at) => Number.isFinite(time) && (at === 0 || time > times[at - 1]!));
}

/**
 * Weights of frames, proportional to 1 / variance of counts: duration over activity, with the decay undone that correction
 * multiplied the noise by. `mean`: activity of a large region. They are scaled to a mean of one.
 */
export function frameWeights({ durationsS, midsS, halfLifeS }: DynamicFrames, mean: ArrayLike<number>): Float64Array {
  const rate = halfLifeS === undefined ? 0 : Math.LN2 / halfLifeS;
  let highest = 0;
  for (let t = 0; t < mean.length; t++) highest = Math.max(highest, mean[t]!);
  const own = durationsS.map(
    (duration, t) => (duration * Math.exp(-rate * midsS[t]!)) / Math.max(mean[t]!, 0.05 * highest, 1e-300),
  );
  const sum = own.reduce((total, one) => total + one, 0);
  return own.map((one) => (one * own.length) / sum);
}
