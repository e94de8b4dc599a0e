import type { Affine } from '../dossier/grid.ts';
import { orientationCode, spacingMm, type Vector } from '../voxels/affine.ts';

export const planes = ['axial', 'coronal', 'sagittal'] as const;
export type Plane = (typeof planes)[number];

/** `radiological`: as if the patient were seen from the feet or from the front, the patient's right on the left of the picture. */
export const conventions = ['radiological', 'neurological'] as const;
export type Convention = (typeof conventions)[number];

/** How a picture of one plane lies in the patient. All vectors are unit vectors in RAS. */
export interface PlaneFrame {
  plane: Plane;
  right: Vector;
  down: Vector;
  /** Towards which the number of the slice grows: Superior, Anterior or Right. */
  normal: Vector;
  /** Distance between slices in mm. */
  stepMm: number;
  /** Axis of the image that the slices are counted along, and whether its index grows with `normal`; undefined for straight planes. */
  axis: { index: 0 | 1 | 2; grows: boolean } | undefined;
}

/** Letter pairs of the patient axis that each part of a plane follows. */
const roles: Record<Plane, { across: string; down: string; normal: string }> = {
  axial: { across: 'LR', down: 'AP', normal: 'SI' },
  coronal: { across: 'LR', down: 'SI', normal: 'AP' },
  sagittal: { across: 'AP', down: 'SI', normal: 'LR' },
};
/**
 * The plane of an image that is nearest to an anatomical plane, as it was scanned: its pixels are voxels, even of an
 * oblique scan. Axial and coronal show front or top upwards, and the side by convention; sagittal shows the front on the left.
 * For planes at right angles to the patient give an affine without tilt.
 */
export function planeFrame(affineRas: Affine, plane: Plane, convention: Convention): PlaneFrame {
  const code = orientationCode(affineRas);
  const spacing = spacingMm(affineRas);
  const column = (letters: string): 0 | 1 | 2 => [...code].findIndex((letter) => letters.includes(letter)) as 0 | 1 | 2;
  const along = (letters: string, towards: string): Vector => {
    const index = column(letters);
    const sign = code[index] === towards ? 1 : -1;
    const vector = [0, 1, 2].map((row) => (sign * affineRas[row * 4 + index]!) / spacing[index]!);
    return vector as unknown as Vector;
  };
  const { across, down: vertical, normal: through } = roles[plane];
  const sideways = plane === 'sagittal' ? 'P' : convention === 'radiological' ? 'L' : 'R';
  const right = along(across, sideways);
  // Sheared grids have no right angles: the picture has.
  const down = unit(without(along(vertical, plane === 'axial' ? 'P' : 'I'), right));
  const towards = { axial: 'S', coronal: 'A', sagittal: 'R' }[plane];
  const crossed = cross(right, down);
  const index = column(through);
  const straight = along(through, towards);
  const normal = Math.sign(dot(crossed, straight)) >= 0 ? crossed : scale(crossed, -1);
  return {
    plane,
    right,
    down,
    normal,
    stepMm: Math.abs(dot(straight, normal)) * spacing[index]!,
    axis: { index, grows: code[index] === towards },
  };
}

/** Letters of the direction in which a vector leads, the main one first: `L`, `PS`. Parts below a third are left out. */
export function directionLetters(vector: Vector): string {
  return ['RL', 'AP', 'SI']
    .map((pair, row) => ({ letter: pair[vector[row]! >= 0 ? 0 : 1]!, size: Math.abs(vector[row]!) }))
    .filter(({ size }) => size > 1 / 3)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('');
}

/** Letters at the four sides of a picture. */
export function sideLetters({ right, down }: Pick<PlaneFrame, 'right' | 'down'>) {
  return {
    left: directionLetters(scale(right, -1)),
    right: directionLetters(right),
    top: directionLetters(scale(down, -1)),
    bottom: directionLetters(down),
  };
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function scale(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by];
}

export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function without(a: Vector, direction: Vector): Vector {
  return plus(a, scale(direction, -dot(a, direction)));
}

function unit(a: Vector): Vector {
  return scale(a, 1 / Math.hypot(...a));
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
