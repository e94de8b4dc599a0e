import type { PlaneView } from '../../display/drawPlane.ts';
import { dot, plus, scale } from '../../display/planes.ts';
import type { Vector } from '../../voxels/affine.ts';

type Rgba = Uint8ClampedArray | Uint8Array;

const yellow = [255, 224, 102] as const;

/** Rows of five pixels, the left one the highest bit: the letters that name sides. */
const glyphs: Record<string, readonly number[]> = {
  L: [16, 16, 16, 16, 16, 16, 31],
  R: [30, 17, 17, 30, 20, 18, 17],
  A: [14, 17, 17, 31, 17, 17, 17],
  P: [30, 17, 17, 30, 16, 16, 16],
  S: [15, 16, 16, 14, 1, 1, 30],
  I: [14, 4, 4, 4, 4, 4, 14],
};

/** Names the sides of a picture at its borders, so that a picture alone says where left is. */
export function drawLetters(
  rgba: Rgba,
  { width, height }: Pick<PlaneView, 'width' | 'height'>,
  sides: { left: string; right: string; top: string; bottom: string },
): void {
  const size = Math.max(1, Math.round(Math.min(width, height) / 160));
  const across = (text: string) => text.length * 6 * size;
  const places = [
    [sides.left, 3 * size, height / 2],
    [sides.right, width - across(sides.right) - 2 * size, height / 2],
    [sides.top, (width - across(sides.top)) / 2, 3 * size],
    [sides.bottom, (width - across(sides.bottom)) / 2, height - 10 * size],
  ] as const;
  for (const [text, x, y] of places)
    for (const [at, letter] of [...text].entries())
      drawGlyph(rgba, width, height, glyphs[letter] ?? [], Math.round(x + at * 6 * size), Math.round(y), size);
}

function drawGlyph(
  rgba: Rgba,
  width: number,
  height: number,
  rows: readonly number[],
  left: number,
  top: number,
  size: number,
): void {
  // A dark rim first, so that letters are read on bright ground too.
  for (const [rim, color] of [
    [size, [0, 0, 0]],
    [0, [255, 255, 255]],
  ] as const)
    for (const [row, bits] of rows.entries())
      for (let column = 0; column < 5; column++) {
        if ((bits & (16 >> column)) === 0) continue;
        for (let y = -rim; y < size + rim; y++)
          for (let x = -rim; x < size + rim; x++)
            put(rgba, width, height, left + column * size + x, top + row * size + y, color);
      }
}

/** A line through points in RAS mm, where they lie within a slice of the picture's plane or not. */
export function drawLine(rgba: Rgba, view: PlaneView, points: readonly Vector[]): void {
  const at = (point: Vector): [number, number] => {
    const from = plus(point, scale(view.origin, -1));
    return [dot(from, view.right) / view.mmPerPixel, dot(from, view.down) / view.mmPerPixel];
  };
  for (let index = 1; index < points.length; index++) {
    const [x0, y0] = at(points[index - 1]!);
    const [x1, y1] = at(points[index]!);
    const steps = Math.min(4096, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1)));
    for (let step = 0; step <= steps; step++) {
      const [x, y] = [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps];
      put(rgba, view.width, view.height, Math.round(x), Math.round(y), yellow);
      put(rgba, view.width, view.height, Math.round(x), Math.round(y) + 1, yellow);
    }
  }
}

function put(rgba: Rgba, width: number, height: number, x: number, y: number, color: readonly number[]): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 4;
  rgba[at] = color[0]!;
  rgba[at + 1] = color[1]!;
  rgba[at + 2] = color[2]!;
}
