import { type Issue, issue } from '../../dossier/issue.ts';
import type { Frame } from './frames.ts';
import { arrangeTime } from './timePoints.ts';
import { add, cross, dot, length, scale, subtract } from './vectors.ts';

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
  const [rowMm, columnMm] = first.spacing ?? [1, 1];
  const issues = [
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

interface Place {
  /** Distance along the normal, mm. */
  along: number;
  frames: Frame[];
}

/** Frames by their distance along the normal; closer than a fiftieth of a slice is the same place. */
function placesOf(frames: Frame[], normal: readonly number[]): Place[] {
  const nominal = frames[0]!.sliceSpacing ?? frames[0]!.sliceThickness ?? 1;
  const tolerance = Math.min(0.02 * nominal, 0.1);
  const sorted = frames
    .map((frame) => ({ frame, along: dot(frame.position!, normal) }))
    .sort((a, b) => a.along - b.along);
  const places: Place[] = [];
  for (const { frame, along } of sorted) {
    const last = places.at(-1);
    if (last && along - last.along <= tolerance) last.frames.push(frame);
    else places.push({ along, frames: [frame] });
  }
  return places;
}

/** Cuts places into runs of equal steps; a hole of whole steps does not cut. Returns runs and the step in mm. */
function runsOf(places: Place[], sparse: boolean): { places: (Place | undefined)[]; stepMm: number | undefined }[] {
  if (places.length < 2) return [{ places, stepMm: undefined }];
  const gaps = places.slice(1).map((place, i) => place.along - places[i]!.along);
  const whole = fillHoles(places, gaps, sparse);
  if (whole) return [whole];
  const runs: { places: Place[]; stepMm: number | undefined }[] = [];
  for (const [i, place] of places.entries()) {
    const run = runs.at(-1);
    const gap = i === 0 ? undefined : gaps[i - 1]!;
    const continues =
      run && gap !== undefined && (run.stepMm === undefined || Math.abs(gap - run.stepMm) <= 0.05 * run.stepMm);
    if (!continues) runs.push({ places: [place], stepMm: undefined });
    else {
      run.stepMm ??= gap;
      run.places.push(place);
    }
  }
  if (runs.length <= Math.max(4, places.length / 8)) return runs;
  // No order in the gaps at all: one stack of mean step, which stack() will say.
  return [{ places, stepMm: (places.at(-1)!.along - places[0]!.along) / gaps.length }];
}

/** The places as one stack whose gaps are whole multiples of the common step, or undefined. */
function fillHoles(
  places: Place[],
  gaps: number[],
  sparse: boolean,
): { places: (Place | undefined)[]; stepMm: number } | undefined {
  const sorted = [...gaps].sort((a, b) => a - b);
  const stepMm = sparse ? sparseStep(places, sorted) : sorted[Math.floor(sorted.length / 2)]!;
  const steps = gaps.map((gap) => Math.round(gap / stepMm));
  if (gaps.some((gap, i) => steps[i]! < 1 || Math.abs(gap / steps[i]! - stepMm) > 0.05 * stepMm)) return undefined;
  const missing = steps.reduce((sum, one) => sum + one - 1, 0);
  if (missing > (sparse ? 16_384 : Math.max(1, 0.2 * places.length))) return undefined;
  const filled: (Place | undefined)[] = [places[0]];
  for (const [i, count] of steps.entries()) {
    for (let hole = 1; hole < count; hole++) filled.push(undefined);
    filled.push(places[i + 1]);
  }
  return { places: filled, stepMm };
}

/** The stated spacing where the gaps are multiples of it, else the smallest gap. */
function sparseStep(places: Place[], sortedGaps: number[]): number {
  const smallest = sortedGaps[0]!;
  const stated = places[0]!.frames[0]!.sliceSpacing;
  return stated !== undefined &&
    Math.abs(smallest / stated - Math.round(smallest / stated)) < 0.05 &&
    smallest > 0.5 * stated
    ? stated
    : smallest;
}

/** Mean position of a place's frames, LPS. */
function centreOf(place: Place): number[] {
  return scale(
    place.frames.reduce<readonly number[]>((sum, frame) => add(sum, frame.position!), [0, 0, 0]),
    1 / place.frames.length,
  ) as number[];
}

function stack(run: { places: (Place | undefined)[]; stepMm: number | undefined }, normal: readonly number[]): Volume {
  const issues: Issue[] = [];
  const there = run.places.filter((place) => place !== undefined);
  const first = there[0]!.frames[0]!;
  const last = run.places.length - 1;
  const grid = arrangeTime(there.map((place) => place.frames));
  issues.push(...grid.issues);
  let next = 0;
  const index = run.places.map((place) => (place === undefined ? -1 : next++));
  const frames = grid.frames.map((row) => index.map((k) => (k < 0 ? undefined : row[k])));
  const holes = index.filter((k) => k < 0).length;
  if (holes > 0) {
    const where = index.map((k, i) => (k < 0 ? i : -1)).filter((i) => i >= 0);
    issues.push(
      issue(
        'error',
        'slice-missing',
        `${holes} of ${index.length} slices are missing (k = ${where.slice(0, 10).join(', ')}); their voxels hold no data.`,
        { remedy: 'Fetch the series again; do not measure where slices are missing.' },
      ),
    );
  }

  let step: readonly number[];
  const firstAt = first.position!;
  if (run.stepMm === undefined) {
    const stated = first.sliceSpacing ?? first.sliceThickness;
    if (stated === undefined)
      issues.push(
        issue('warning', 'slice-thickness-missing', 'One slice without a thickness: 1 mm was assumed.', {
          place: '(0018,0050)',
          remedy: 'Do not use volumes in ml from this image.',
        }),
      );
    step = scale(normal, stated ?? 1);
  } else {
    const begin = centreOf(there[0]!);
    const end = centreOf(there.at(-1)!);
    step = scale(subtract(end, begin), 1 / last);
    const along = dot(step, normal);
    const sideways = Math.sqrt(Math.max(0, dot(step, step) - along * along));
    const degrees = (Math.atan2(sideways, along) * 180) / Math.PI;
    if (degrees > 0.5)
      issues.push(
        issue(
          'warning',
          'gantry-tilt',
          `Slices are shifted against each other by ${degrees.toFixed(1)} degrees (gantry tilt or shear); the affine is sheared accordingly.`,
          { remedy: 'Resample to a grid with right angles before filtering or segmenting.' },
        ),
      );
    const worst = Math.max(
      ...run.places.map((place, k) => (place ? length(subtract(centreOf(place), add(begin, scale(step, k)))) : 0)),
    );
    if (worst > 0.1 * along + 0.01)
      issues.push(
        issue(
          'warning',
          'slice-spacing-unequal',
          `Slices lie up to ${worst.toFixed(2)} mm from an even stack with steps of ${along.toFixed(3)} mm.`,
          { remedy: 'Expect errors of that size in positions and volumes.' },
        ),
      );
    const thickness = first.sliceThickness;
    if (
      thickness !== undefined &&
      along > 1.05 * thickness + 0.01 &&
      first.sliceSpacing !== undefined &&
      Math.abs(first.sliceSpacing - along) > 0.05 * along
    )
      issues.push(
        issue(
          'info',
          'slice-spacing-differs',
          `SpacingBetweenSlices says ${first.sliceSpacing} mm; the positions say ${along.toFixed(3)} mm, which was used.`,
        ),
      );
  }
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
    affineRas: affineFromLps(scale(row, columnMm!), scale(column, rowMm!), step, firstAt),
    ...(grid.axis && { axis: grid.axis }),
    placed: true,
    left: grid.left,
    issues,
  };
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
    const runs = runsOf(placesOf(placed, normal), options.sparse === true);
    for (const run of runs) {
      const volume = stack(run, normal);
      if (runs.length > 1)
        volume.issues.push(
          issue(
            'warning',
            'slice-spacing-unequal',
            `The series has slices of several spacings; it was cut into ${runs.length} volumes of even spacing.`,
            { remedy: 'Choose the volume that covers the region of interest.' },
          ),
        );
      volumes.push(volume);
    }
  }
  if (rest.length > 0) volumes.push(unplaced(rest));
  return volumes;
}
