import { distance, type Point } from './point.ts';

/** Standard deviations in mm among which that of the source is chosen, and how far round the target it is looked at. */
const widths = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const reachMm = 20;
const rounds = 4;

export interface Seen {
  /** Where each searched voxel lies, mm. */
  places: readonly Point[];
  /** Correlation of each with the seed. */
  correlation: ArrayLike<number>;
  /** Standard deviation of each over time, up to a common factor. */
  spread: ArrayLike<number>;
}

/**
 * How far the rule pulls a target away from its source, mm: target less source. The area and the brain end somewhere, so that a
 * source near an edge loses one side; and voxels near an edge are smoothed with fewer neighbours, are noisier, and correlate
 * less. Resampling of time cannot see either. Found by indirect inference (Gourieroux 1993): the place from which a symmetric
 * bell, divided by the spread that each voxel really has, comes back by the same rule as this target.
 */
export function pullOf(target: Point, seen: Seen, rule: (correlation: Float64Array) => Point): Point {
  const width = widthOf(target, seen);
  const found = (centre: Point): Point =>
    rule(
      Float64Array.from(
        seen.places,
        (place, at) =>
          -Math.exp(-(distance(place, centre) ** 2) / (2 * width * width)) / (seen.spread[at]! || Infinity),
      ),
    );
  let source: Point = [...target];
  for (let round = 0; round < rounds; round++) {
    const back = found(source);
    source = source.map((mm, axis) => mm + target[axis]! - back[axis]!) as Point;
  }
  return target.map((mm, axis) => mm - source[axis]!) as Point;
}

/** The width of the bell that fits the covariance with the seed round the target best by least squares. */
function widthOf(target: Point, { places, correlation, spread }: Seen): number {
  const near: { squared: number; y: number }[] = [];
  for (const [at, place] of places.entries()) {
    const mm = distance(place, target);
    if (mm <= reachMm) near.push({ squared: mm * mm, y: correlation[at]! * spread[at]! });
  }
  const n = near.length;
  const sy = near.reduce((sum, { y }) => sum + y, 0);
  let best = { width: widths[0]!, explained: -1 };
  for (const width of widths) {
    let [sg, sgg, sgy] = [0, 0, 0];
    for (const { squared, y } of near) {
      const g = Math.exp(-squared / (2 * width * width));
      sg += g;
      sgg += g * g;
      sgy += g * y;
    }
    const explained = (sgy - (sg * sy) / n) ** 2 / (sgg - (sg * sg) / n);
    if (explained > best.explained) best = { width, explained };
  }
  return best.width;
}
