import { type Issue, issue } from '../dossier/issue.ts';
import { apply, invert, multiply, spacingMm } from '../voxels/affine.ts';
import { squaredDistance } from '../voxels/distance.ts';
import type { Volume } from '../voxels/registration/shrink.ts';

export interface DefaceOptions {
  /** `head`: what lies in front of and below a plane is taken away; `brain`: all that is further from the brain than the margin. */
  keep: 'head' | 'brain';
  /** Least distance from the labelled brain at which anything is taken away. */
  marginMm: number;
}

export interface Defaced {
  values: Float32Array;
  removed: number;
  /** Labelled voxels of the brain that were taken away: 0, or the image is not given out. */
  lost: number;
  kept: Uint8Array;
}

/** Half way between forwards and downwards: nose, eyes, mouth and chin lie beyond the brain in this direction, forehead and ears do not. */
const faceward = [0, Math.SQRT1_2, -Math.SQRT1_2] as const;

/**
 * An image without its face. The plane touches the brain on the side of the face (after Schimke 2011, quickshear) at the margin.
 * `labels`: the brain on any grid of the same frame, above 0 inside.
 */
export function deface(image: Volume, labels: Volume, { keep, marginMm }: DefaceOptions): Defaced | { refused: Issue } {
  const [li, lj] = labels.grid.shape;
  let furthest = Number.NEGATIVE_INFINITY;
  let voxels = 0;
  for (let at = 0; at < labels.values.length; at++) {
    if (!(labels.values[at]! > 0)) continue;
    voxels++;
    const point = apply(labels.grid.affineRas, [at % li, Math.floor(at / li) % lj, Math.floor(at / (li * lj))]);
    furthest = Math.max(furthest, faceward[1] * point[1] + faceward[2] * point[2]);
  }
  if (voxels === 0)
    return { refused: issue('error', 'brain-not-found', 'There is no labelled brain: nothing was taken away.') };
  const near = keep === 'brain' ? within(labels, marginMm) : undefined;
  const toLabels = multiply(invert(labels.grid.affineRas), image.grid.affineRas);
  const [ni, nj] = image.grid.shape;
  const [lni, lnj, lnk] = labels.grid.shape;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < image.values.length; at++) least = Math.min(least, image.values[at]!);
  const values = Float32Array.from(image.values);
  const kept = new Uint8Array(values.length).fill(1);
  let [removed, lost] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const voxel = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))] as const;
    const [i, j, k] = apply(toLabels, voxel).map(Math.round) as [number, number, number];
    const isInside = i >= 0 && j >= 0 && k >= 0 && i < lni && j < lnj && k < lnk;
    const to = i + lni * (j + lnj * k);
    let isFace: boolean;
    if (near) isFace = !isInside || near[to] === 0;
    else {
      const point = apply(image.grid.affineRas, voxel);
      isFace = faceward[1] * point[1] + faceward[2] * point[2] > furthest + marginMm;
    }
    if (!isFace) continue;
    values[at] = least;
    kept[at] = 0;
    removed++;
    if (isInside && labels.values[to]! > 0) lost++;
  }
  return { values, removed, lost, kept };
}

/** 1 within a distance of the labels. */
function within({ grid, values }: Volume, mm: number): Uint8Array {
  const [ni, nj, nk] = grid.shape;
  const squared = squaredDistance(
    Uint8Array.from(values, (one) => (one > 0 ? 1 : 0)),
    [ni, nj, nk],
    spacingMm(grid.affineRas),
  );
  return Uint8Array.from(squared, (one) => (one <= mm * mm ? 1 : 0));
}
