import { type Issue, issue } from '../../dossier/issue.ts';
import { sharedFloat32 } from '../../voxels/parallel.ts';
import { type BoldRun, meanVolume } from './load.ts';

/** Half-width of the windowed sinc, in volumes. */
const lobes = 4;

/**
 * Every slice as if taken in the middle of the volume, by a Lanczos-windowed sinc over time; ends repeat. `timesS`: when each
 * slice along k was taken, seconds from the start of the volume (BIDS `SliceTiming`). Times that cannot be those of the run are
 * said and not used.
 */
export function correctSliceTiming(run: BoldRun, timesS: readonly number[]): { run: BoldRun; issues: Issue[] } {
  const [ni, nj, nk] = run.grid.shape;
  const { volumes, size, repetitionTimeS } = run;
  if (timesS.length !== nk || timesS.some((one) => !(one >= 0 && one <= repetitionTimeS)))
    return {
      run,
      issues: [
        issue(
          'warning',
          'slice-timing-invalid',
          `The slice times are not ${nk} numbers between 0 and ${repetitionTimeS} s and are not used.`,
          {
            remedy: 'Correct SliceTiming in the sidecar: seconds, one a slice.',
          },
        ),
      ],
    };
  const data = sharedFloat32(run.data.length);
  const plane = ni * nj;
  for (let k = 0; k < nk; k++) {
    const weights = sincWeights((repetitionTimeS / 2 - timesS[k]!) / repetitionTimeS);
    for (let t = 0; t < volumes; t++)
      for (let at = k * plane; at < (k + 1) * plane; at++) {
        let sum = 0;
        for (let lobe = 0; lobe < weights.length; lobe++) {
          const from = Math.max(0, Math.min(volumes - 1, t + lobe - lobes));
          sum += weights[lobe]! * run.data[from * size + at]!;
        }
        data[t * size + at] = sum;
      }
  }
  return { run: { ...run, data, mean: meanVolume(data, size) }, issues: [] };
}

/** What a sidecar (BIDS) says of times within a volume. */
export interface VolumeTiming {
  /** `SliceTiming`: when each slice of a raw run was taken, seconds from the start of the volume. */
  sliceTimesS?: number[];
  /** `StartTime`: the moment to which another program brought the slices of a prepared run. */
  startS?: number;
}

/** `SliceTiming` and `StartTime` of a sidecar; anything else than numbers is left out. */
export function volumeTiming(metadata: Readonly<Record<string, unknown>>): VolumeTiming {
  const { SliceTiming: slices, SliceEncodingDirection: along, StartTime: start } = metadata;
  const times =
    Array.isArray(slices) && slices.length > 1
      ? slices.map((one) => (typeof one === 'number' ? one : Number.NaN))
      : undefined;
  return {
    ...(times && (along ?? 'k') === 'k' && { sliceTimesS: times }),
    ...(times && along === 'k-' && { sliceTimesS: times.reverse() }),
    ...(typeof start === 'number' && start >= 0 && { startS: start }),
  };
}

/** Weights of volumes -4..4 around one for the value `shift` volumes later; they sum to 1. */
export function sincWeights(shift: number): Float64Array {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  const weights = Float64Array.from({ length: 2 * lobes + 1 }, (_, at) => {
    const x = at - lobes - shift;
    return Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0;
  });
  const sum = weights.reduce((total, one) => total + one, 0);
  return weights.map((one) => one / sum);
}
