import type { Frame } from './frames.ts';
import { add, dot, scale } from './vectors.ts';

/** Frames at one distance along the normal. */
export interface Place {
  /** Distance along the normal, mm. */
  along: number;
  frames: Frame[];
}

/** Frames by their distance along the normal; closer than a fiftieth of a slice is the same place. */
export function placesOf(frames: Frame[], normal: readonly number[]): Place[] {
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

/** Places with equal steps between them; undefined where one is missing. */
export interface Run {
  places: (Place | undefined)[];
  stepMm: number | undefined;
  /** The gaps follow no rule: the step is their mean. */
  uneven?: true;
}

/** Cuts places into runs of equal steps; a hole of whole steps does not cut. Returns runs and the step in mm. */
export function runsOf(places: Place[], sparse: boolean): Run[] {
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
  return [{ places, stepMm: (places.at(-1)!.along - places[0]!.along) / gaps.length, uneven: true }];
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
export function centreOf(place: Place): number[] {
  return scale(
    place.frames.reduce<readonly number[]>((sum, frame) => add(sum, frame.position!), [0, 0, 0]),
    1 / place.frames.length,
  ) as number[];
}
