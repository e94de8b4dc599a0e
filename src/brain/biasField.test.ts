import { expect, it } from 'vitest';
import { biasField } from './biasField.ts';
import { correctedCheck } from './correctedCheck.ts';

const size = [48, 56, 48] as const;
const grid = {
  shape: [...size, 1] as [number, number, number, number],
  affineRas: [4, 0, 0, -94, 0, 4, 0, -110, 0, 0, 4, -94, 0, 0, 0, 1],
};

/** A head of nested ellipsoids with folds: skin, bone, grey and white matter, fluid inside; noise of a few percent. */
function head(field: (x: number, y: number, z: number) => number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: size[0] * size[1] * size[2] }, (_, at) => {
    const x = 4 * (at % size[0]) - 94;
    const y = 4 * (Math.floor(at / size[0]) % size[1]) - 110;
    const z = 4 * Math.floor(at / (size[0] * size[1])) - 94;
    state = (state * 1103515245 + 12345) % 2147483648;
    const noise = 8 * (state / 2147483648 - 0.5);
    const away = Math.hypot(x / 72, y / 88, z / 70);
    const folds = 0.06 * Math.sin(x / 7) * Math.sin(y / 8) * Math.cos(z / 6);
    const tissue = away > 1.2 ? 0 : away > 1.1 ? 110 : away > 1 ? 25 : away + folds > 0.75 ? 80 : away > 0.2 ? 110 : 35;
    return Math.max(0, tissue === 0 ? Math.abs(noise) / 2 : tissue * Math.exp(field(x, y, z)) + noise);
  });
}

it.each([
  ['falls off towards the neck', (_x: number, _y: number, z: number) => z / 200],
  ['is bright near the coils', (x: number, y: number, z: number) => 4e-5 * (x * x + y * y + z * z)],
])('finds a field that %s', (_, field) => {
  const found = biasField({ grid, values: head(field) })!;
  const left: number[] = [];
  const known: number[] = [];
  for (let at = 0; at < found.log.length; at++) {
    const x = 4 * (at % size[0]) - 94;
    const y = 4 * (Math.floor(at / size[0]) % size[1]) - 110;
    const z = 4 * Math.floor(at / (size[0] * size[1])) - 94;
    if (Math.hypot(x / 72, y / 88, z / 70) > 0.95) continue;
    known.push(field(x, y, z));
    left.push(found.log[at]! - field(x, y, z));
  }
  const spread = (all: number[]): number => {
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    return Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length);
  };
  expect(spread(left)).toBeLessThan(0.3 * spread(known));
});

it('divides the image by the field it found, and finds little in an even head', () => {
  const values = head((_x, _y, z) => z / 200);
  const uneven = biasField({ grid, values })!;
  expect(uneven.unevenness).toBeGreaterThan(1.6);
  const corrected = Float32Array.from(values);
  uneven.correct(corrected);
  expect(biasField({ grid, values: corrected })!.unevenness).toBeLessThan(1.25);
  expect(biasField({ grid, values: new Float32Array(values.length).fill(5) })?.unevenness ?? 1).toBe(1);
  expect(biasField({ grid, values: new Float32Array(values.length) })).toBeUndefined();
});

it('believes a corrected brain only with a cerebellum as bright as the rest', () => {
  const names = ['BG', 'Cerebral-White-Matter', 'Cerebellum-White-Matter', 'Cerebellum-Cortex', '3rd-Ventricle'].map(
    (name, value) => ({ value, name }),
  );
  const check = (cerebellar: number, cortex: number, bright: number): string => {
    const labels = new Uint8Array(1200).fill(1);
    labels
      .fill(2, 0, cerebellar)
      .fill(3, 200, 200 + cortex)
      .fill(4, 1000)
      .fill(0, 1100);
    const image = Uint8Array.from(labels, (label) => (label === 2 ? bright : 110));
    return correctedCheck(image, labels, names, { unevenness: 2.2, place: 'x' }).code;
  };
  expect(check(20, 80, 100)).toBe('field-corrected');
  expect(check(20, 80, 70)).toBe('brain-brightened');
  expect(check(20, 30, 100)).toBe('brain-brightened');
  expect(check(0, 0, 100)).toBe('brain-brightened');
});
