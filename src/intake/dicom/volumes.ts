import { type Issue, issue } from '../../dossier/issue.ts';
import type { Frame } from './frames.ts';
import { spacingIssue } from './pixelSpacing.ts';
import { placesOf, type Run, runsOf } from './places.ts';
import { stackGeometry } from './stackGeometry.ts';
import { arrangeTime } from './timePoints.ts';
import { cross, length, scale } from './vectors.ts';

/** Frames that form one array with one affine. */
export interface Volume {
  /** [t][k]; undefined = missing slice. */
  frames: (Frame | undefined)[][];
  /** Row-major 4x4, voxel (i, j, k) to RAS mm. */
  affineRas: number[];
  /** What tells the time points apart. */
  axis?: string;
  /** The affine says where the body is; false for images without position. */
  placed: boolean;
  left: Frame[];
  issues: Issue[];
}

/** Columns are the LPS directions of i, j, k in mm and the LPS position of voxel 0. */
function affineFromLps(
  i: readonly number[],
  j: readonly number[],
  k: readonly number[],
  origin: readonly number[],
): number[] {
  const rows = [0, 1, 2].map((axis) => {
    const sign = axis < 2 ? -1 : 1;
    return [i, j, k, origin].map((column) => sign * column[axis]! + 0);
  });
  return [...rows.flat(), 0, 0, 0, 1];
}

/** Images that nothing places in the patient: pixel plane in millimetres or pixels, further frames as time points. */
function unplaced(frames: Frame[]): Volume {
  const first = frames[0]!;
  const [rowMm, columnMm] = first.spacing ?? [first.pixelAspect ?? 1, 1];
  const issues = [
    ...(first.spacingBasis ? [spacingIssue(first.spacingBasis)] : []),
    issue(
      'info',
      'no-patient-geometry',
      'The image does not say where in the patient it lies; only distances within the plane are known.',
    ),
  ];
  if (first.spacing === undefined)
    issues.push(
      issue(
        'warning',
        'pixel-spacing-missing',
        'The size of a pixel is not stated: lengths and volumes in millimetres are not possible.',
        { place: '(0028,0030)', remedy: 'Calibrate the image or export it with its spacing.' },
      ),
    );
  const sorted = [...frames].sort(
    (a, b) => a.instanceNumber - b.instanceNumber || a.file - b.file || a.frame - b.frame,
  );
  return {
    frames: sorted.map((frame) => [frame]),
    affineRas: affineFromLps([columnMm!, 0, 0], [0, rowMm!, 0], [0, 0, first.sliceThickness ?? 1], [0, 0, 0]),
    ...(sorted.length > 1 && { axis: 'InstanceNumber' }),
    placed: false,
    left: [],
    issues,
  };
}

function stack(run: Run, normal: readonly number[]): Volume {
  const there = run.places.filter((place) => place !== undefined);
  const first = there[0]!.frames[0]!;
  const grid = arrangeTime(there.map((place) => place.frames));
  const { step, origin, issues } = stackGeometry(run, normal);
  issues.unshift(...grid.issues);
  if (first.spacingBasis) issues.unshift(spacingIssue(first.spacingBasis));
  let next = 0;
  const index = run.places.map((place) => (place === undefined ? -1 : next++));
  const frames = grid.frames.map((row) => index.map((k) => (k < 0 ? undefined : row[k])));
  const missing = index.flatMap((k, i) => (k < 0 ? [i] : []));
  if (missing.length > 0)
    issues.push(
      issue(
        'error',
        'slice-missing',
        `${missing.length} of ${index.length} slices are missing (k = ${missing.slice(0, 10).join(', ')}); their voxels hold no data.`,
        { remedy: 'Fetch the series again; do not measure where slices are missing.' },
      ),
    );
  const [rowMm, columnMm] = first.spacing ?? [1, 1];
  if (first.spacing === undefined)
    issues.push(
      issue('warning', 'pixel-spacing-missing', 'The size of a pixel is not stated: 1 mm was assumed.', {
        place: '(0028,0030)',
        remedy: 'Do not use lengths or volumes from this image.',
      }),
    );
  const row = first.orientation!.slice(0, 3);
  const column = first.orientation!.slice(3);
  return {
    frames,
    affineRas: affineFromLps(scale(row, columnMm!), scale(column, rowMm!), step, origin),
    ...(grid.axis && { axis: grid.axis }),
    placed: true,
    left: grid.left,
    issues,
  };
}

/**
 * Two acquisitions in one series whose slices interleave or overlap give uneven gaps together and even ones apart.
 * Undefined unless that is so.
 */
function runsOfAcquisitions(frames: Frame[], normal: readonly number[]): Run[] | undefined {
  const together = runsOf(placesOf(frames, normal), false);
  if (together.length === 1 && !together[0]!.uneven) return undefined;
  const byNumber = Map.groupBy(frames, (frame) => frame.order['AcquisitionNumber']);
  if (byNumber.size < 2) return undefined;
  const apart = [...byNumber.values()].map((one) => runsOf(placesOf(one, normal), false));
  return apart.every((runs) => runs.length === 1 && !runs[0]!.uneven && runs[0]!.places.length > 1)
    ? apart.flat()
    : undefined;
}

/**
 * Volumes of frames that agree in everything but place and time. Slices are sorted by their position along the normal
 * (row x column direction), never by number or name; k grows along the normal, so the affine keeps its handedness.
 * Runs of different spacing become volumes of their own. With `sparse`, planes that are left out are empty, however
 * many they are. PS3.3 C.7.6.2.1.1.
 */
export function volumesOf(frames: Frame[], options: { sparse?: boolean } = {}): Volume[] {
  const placed = frames.filter((frame) => frame.position && frame.orientation);
  const rest = frames.filter((frame) => !frame.position || !frame.orientation);
  const volumes: Volume[] = [];
  if (placed.length > 0) {
    const orientation = placed[0]!.orientation!;
    const cut = cross(orientation.slice(0, 3), orientation.slice(3));
    const normal = scale(cut, 1 / length(cut));
    const runs = runsOfAcquisitions(placed, normal) ?? runsOf(placesOf(placed, normal), options.sparse === true);
    for (const run of runs) {
      const volume = stack(run, normal);
      if (runs.length > 1)
        volume.issues.push(
          issue(
            'warning',
            'slice-spacing-unequal',
            `The slices of the series make no even stack together; they were cut into ${runs.length} volumes of even spacing.`,
            { remedy: 'Choose the volume that covers the region of interest.' },
          ),
        );
      volumes.push(volume);
    }
  }
  if (rest.length > 0) volumes.push(unplaced(rest));
  return volumes;
}
