import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { largestComponent } from '../../voxels/components.ts';
import { sharedFloat32, sharedInt32 } from '../../voxels/parallel.ts';
import { epiMask } from './mask.ts';

/** More bytes are refused before they are allocated: an hour of 2.4 mm volumes every 0.8 s stays below. */
const mostBytes = 6 * 2 ** 30;
const leastVolumes = 20;

/** An fMRI run in memory that threads share. */
export interface BoldRun {
  /** Grid of one volume. */
  grid: Grid;
  volumes: number;
  repetitionTimeS: number;
  /** Volume-major. */
  data: Float32Array<SharedArrayBuffer>;
  size: number;
  mean: Float32Array;
  mask: Uint8Array;
  /** The series swings round 0, as one that was cleaned does: its mean says nothing of brain or noise. */
  aroundZero: boolean;
  /** Indices of the mask. */
  voxels: Int32Array<SharedArrayBuffer>;
  issues: Issue[];
}

export interface LoadOptions {
  /** Overrides what the files say, in seconds. */
  repetitionTimeS?: number;
  /** 1 where to look; default {@link epiMask} of the mean. */
  mask?: Uint8Array;
  /** Leading volumes to leave out, before the signal is steady. */
  dummies?: number;
  progress?: (fraction: number) => void;
}

/**
 * Reads all volumes once. Throws `unsupported` for images that are no run (fewer than 20 volumes), whose repetition time
 * nobody knows, that memory could not hold, or that have no brain.
 */
export async function loadBold(image: ImageHandle, options: LoadOptions = {}): Promise<BoldRun> {
  const [ni, nj, nk, all] = image.grid.shape;
  const first = options.dummies ?? 0;
  const volumes = all - first;
  const size = ni * nj * nk;
  if (!(volumes >= leastVolumes))
    throw new IdiographError('unsupported', `${Math.max(0, volumes)} volumes are no fMRI run`, {
      remedy: `Give the whole run, at least ${leastVolumes} volumes.`,
    });
  if (size * volumes * 4 > mostBytes)
    throw new IdiographError(
      'unsupported',
      `${volumes} volumes of ${size} voxels are more than memory is reserved for`,
    );
  const timing = repetitionTime(image, options.repetitionTimeS);
  const data = sharedFloat32(size * volumes);
  for (let t = 0; t < volumes; t++) {
    data.set(await image.readVolume(first + t), t * size);
    options.progress?.((t + 1) / volumes);
  }
  let broken = 0;
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(data[at]!)) {
      data[at] = 0;
      broken++;
    }
  const mean = meanVolume(data, size);
  const aroundZero = swingsRoundZero(mean);
  const mask = Uint8Array.from(
    options.mask ?? (aroundZero ? changingVoxels(data, [ni, nj, nk]) : epiMask(mean, [ni, nj, nk])),
  );
  if (mask.length !== size)
    throw new IdiographError('usage', `a mask of ${mask.length} voxels for ${size} of the run`, {
      remedy: 'Give a mask on the grid of the run.',
    });
  const issues = [...timing.issues];
  if (broken > 0)
    issues.push(issue('warning', 'bold-not-finite', `${broken} values of the run are no numbers and count as 0.`, {}));
  dropConstant(data, mask, volumes);
  let count = 0;
  for (const one of mask) count += one;
  if (count < 100)
    throw new IdiographError('unsupported', `${count} voxels of the run change and look like brain`, {
      remedy: 'Give a run of the head, or a mask.',
    });
  const voxels = sharedInt32(count);
  for (let at = 0, item = 0; at < size; at++) if (mask[at] === 1) voxels[item++] = at;
  const { repetitionTimeS: _, ...frame } = image.grid;
  return {
    grid: { ...frame, shape: [ni, nj, nk, 1] },
    ...{ volumes, repetitionTimeS: timing.seconds, data, size, mean, mask, aroundZero, voxels, issues },
  };
}

export function meanVolume(data: Float32Array, size: number): Float32Array {
  const sums = new Float64Array(size);
  for (let first = 0; first < data.length; first += size)
    for (let at = 0; at < size; at++) sums[at]! += data[first + at]!;
  return Float32Array.from(sums, (sum) => (sum * size) / data.length);
}

function swingsRoundZero(mean: Float32Array): boolean {
  let [positive, negative] = [0, 0];
  for (const value of mean) {
    if (value > 0) positive += value;
    else negative -= value;
  }
  return positive <= 20 * negative;
}

/**
 * Where there is brain in a series that swings round 0: whole where everything outside is 0, else where the SD over time is
 * above three tenths of its 98th percentile.
 */
function changingVoxels(data: Float32Array, shape: readonly [number, number, number]): Uint8Array {
  const sd = standardDeviations(data, shape[0] * shape[1] * shape[2]);
  const sorted = Float32Array.from(sd).sort();
  const still = sorted.findIndex((one) => one > 0) / sorted.length;
  const least = still > 0.3 ? 0 : 0.3 * sorted[Math.floor(0.98 * (sorted.length - 1))]!;
  return largestComponent(
    Uint8Array.from(sd, (one) => (one > least ? 1 : 0)),
    shape,
  ).mask;
}

/** SD over time of each voxel. `data`: volume-major, `size` voxels a volume. */
export function standardDeviations(data: Float32Array, size: number): Float32Array {
  const mean = meanVolume(data, size);
  const squares = new Float64Array(size);
  for (let first = 0; first < data.length; first += size)
    for (let at = 0; at < size; at++) squares[at]! += (data[first + at]! - mean[at]!) ** 2;
  return Float32Array.from(squares, (one) => Math.sqrt((one * size) / data.length));
}

/** Voxels without any change hold no signal. */
function dropConstant(data: Float32Array, mask: Uint8Array, volumes: number): void {
  const size = mask.length;
  for (let at = 0; at < size; at++) {
    if (mask[at] === 0) continue;
    mask[at] = 0;
    for (let t = 1; t < volumes; t++)
      if (data[t * size + at] !== data[at]) {
        mask[at] = 1;
        break;
      }
  }
}

/** Seconds between volumes: as told, else of the sidecar or DICOM header, else of the grid; with doubts where they disagree. */
function repetitionTime(image: ImageHandle, told: number | undefined): { seconds: number; issues: Issue[] } {
  const issues: Issue[] = [];
  const number = (value: unknown): number | undefined =>
    value !== undefined && Number.isFinite(Number(value)) && Number(value) > 0 ? Number(value) : undefined;
  const stated = number(image.metadata['RepetitionTime']);
  // A sidecar is in seconds (BIDS), a DICOM header in milliseconds.
  const fromHeader = stated === undefined ? undefined : stated >= 50 ? stated / 1000 : stated;
  const fromGrid = number(image.grid.repetitionTimeS);
  const seconds = told ?? fromHeader ?? fromGrid;
  if (seconds === undefined || seconds < 0.2 || seconds > 20)
    throw new IdiographError(
      'unsupported',
      seconds === undefined ? 'the time between volumes is not known' : `${seconds} s between volumes is no fMRI run`,
      { remedy: 'Give it with --tr in seconds, or as RepetitionTime in a sidecar.' },
    );
  const others = new Set([fromHeader, fromGrid].flatMap((one) => (one === undefined ? [] : [Number(one.toFixed(4))])));
  for (const other of others)
    if (Math.abs(other - seconds) > 0.01 * seconds)
      issues.push(
        issue(
          'warning',
          'repetition-time-disagrees',
          `${seconds} s between volumes is used; the files also say ${other} s.`,
          {
            remedy: 'Compare with the protocol; a wrong repetition time moves every event.',
          },
        ),
      );
  return { seconds, issues };
}
