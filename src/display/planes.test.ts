import { describe, expect, it } from 'vitest';
import { apply, invert, multiply, type Vector } from '../voxels/affine.ts';
import { lutOf } from './colormaps.ts';
import { drawPlane, type Volume } from './drawPlane.ts';
import { directionLetters, dot, planeFrame, planes, plus, scale, sideLetters } from './planes.ts';

/** Voxels of 1 x 1.5 x 3 mm whose i, j, k lead along these letters, turned by some degrees about x and z. */
function affineOf(code: string, turnedDeg = 0): number[] {
  const size = [1, 1.5, 3];
  const column = (letter: string): Vector =>
    ({ R: [1, 0, 0], L: [-1, 0, 0], A: [0, 1, 0], P: [0, -1, 0], S: [0, 0, 1], I: [0, 0, -1] })[
      letter
    ] as unknown as Vector;
  const columns = [...code].map((letter, at) => scale(column(letter), size[at]!));
  const plain = [0, 1, 2].flatMap((row) => [...columns.map((one) => one[row]!), [-7, 11, 23][row]!]).concat(0, 0, 0, 1);
  const angle = (turnedDeg * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const aboutX = [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1];
  const aboutZ = [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  return multiply(aboutZ, multiply(aboutX, plain));
}

const codes = ['RAS', 'LPS', 'LAS', 'RPI', 'PSR', 'AIL', 'SRP', 'ILA'];

describe.each(codes)('planes of a %s image', (code) => {
  it.each([0, 12, -25])('stand as the patient does, turned by %i°', (turned) => {
    const affine = affineOf(code, turned);
    for (const plane of planes) {
      const frame = planeFrame(affine, plane, 'radiological');
      for (const other of ['down', 'normal'] as const) expect(dot(frame.right, frame[other])).toBeCloseTo(0, 9);
      expect(dot(frame.down, frame.normal)).toBeCloseTo(0, 9);
      const sides = sideLetters(frame);
      const first = [sides.left[0], sides.right[0], sides.top[0], sides.bottom[0]].join('');
      expect(first).toBe({ axial: 'RLAP', coronal: 'RLSI', sagittal: 'APSI' }[plane]);
      // The normal is an axis of the image: a step along it is one index and nothing else.
      const step = apply(invert(affine), plus(apply(affine, [5, 5, 5]), scale(frame.normal, frame.stepMm)));
      const expected = [5, 5, 5];
      expected[frame.axis!.index]! += frame.axis!.grows ? 1 : -1;
      step.forEach((index, axis) => {
        expect(index).toBeCloseTo(expected[axis]!, 6);
      });
    }
  });

  it('changes sides with the convention in axial and coronal planes only', () => {
    const affine = affineOf(code, 8);
    for (const plane of planes) {
      const [radiological, neurological] = (['radiological', 'neurological'] as const).map((one) =>
        sideLetters(planeFrame(affine, plane, one)),
      );
      if (plane === 'sagittal') expect(neurological).toEqual(radiological);
      else expect([neurological!.left[0], neurological!.right[0]]).toEqual(['L', 'R']);
    }
  });

  it('draws a mark at the place where it is, whichever way the voxels run', () => {
    const affine = affineOf(code);
    const shape = [20, 16, 12] as const;
    const values = new Int16Array(shape[0] * shape[1] * shape[2]);
    const mark: Vector = apply(affine, [14, 4, 9]);
    values[14 + 20 * (4 + 16 * 9)] = 1000;
    const volume: Volume = { shape, affineRas: affine, values, slope: 1, intercept: 0 };
    for (const plane of planes) {
      const frame = planeFrame(affine, plane, 'radiological');
      const view = {
        ...frame,
        origin: plus(mark, plus(scale(frame.right, -10), scale(frame.down, -5))),
        mmPerPixel: 0.5,
        width: 41,
        height: 21,
      };
      const layer = {
        type: 'scalar',
        volume,
        window: [0, 1000],
        lut: lutOf('grey'),
        opacity: 1,
        interpolate: true,
      } as const;
      const rgba = drawPlane([layer], view);
      // The mark is 10 mm right and 5 mm below the first pixel.
      let best = 0;
      for (let at = 0; at < 41 * 21; at++) if (rgba[at * 4]! > rgba[best * 4]!) best = at;
      expect([best % 41, Math.floor(best / 41), rgba[best * 4]]).toEqual([20, 10, 255]);
    }
  });
});

it('names a slanted direction by its main letter first', () => {
  expect(directionLetters([-0.8, 0.6, 0])).toBe('LA');
  expect(directionLetters([0.1, -0.2, -0.97])).toBe('I');
});
