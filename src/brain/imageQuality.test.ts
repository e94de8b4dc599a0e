import { expect, it } from 'vitest';
import { noiseFindings } from './imageQuality.ts';
import { marginsMm } from './margins.ts';
import { type ImageNoise, imageNoise } from './noise.ts';

const [ni, nj, nk] = [96, 110, 96];
const grid = {
  shape: [ni, nj, nk, 1] as [number, number, number, number],
  affineRas: [2, 0, 0, -95, 0, 2, 0, -109, 0, 0, 2, -95, 0, 0, 0, 1],
};
const placed = <T>(of: (x: number, y: number, z: number, at: number) => T): T[] =>
  Array.from({ length: ni * nj * nk }, (_, at) =>
    of(2 * (at % ni) - 95, 2 * (Math.floor(at / ni) % nj) - 109, 2 * Math.floor(at / (ni * nj)) - 95, at),
  );
const away = (x: number, y: number, z: number): number => Math.hypot(x / 60, y / 72, z / 60);
const labels = {
  grid,
  values: Uint8Array.from(placed((x, y, z) => (away(x, y, z) < 0.7 ? 1 : away(x, y, z) < 0.9 ? 2 : 0))),
};
const clean = Float32Array.from(placed((x, y, z) => (away(x, y, z) < 0.7 ? 120 : away(x, y, z) < 1 ? 80 : 0)));

/** Two independent normal numbers a call, from a fixed sequence (Box and Muller). */
function normals(seed: number): () => [number, number] {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  return () => {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
}

/** A magnitude image: a ghost of the head half a field away along j, noise in both parts of the signal. */
function magnitude(sigma: number, ghost = 0): Float32Array {
  const next = normals(5);
  return clean.map((value, at) => {
    const j = Math.floor(at / ni) % nj;
    const from = at + ni * ((j + nj / 2) % nj) - ni * j;
    const [a, b] = next();
    return Math.hypot(value + ghost * clean[from]! + sigma * a, sigma * b);
  });
}
const measured = (values: Float32Array): ImageNoise =>
  imageNoise({ grid, values }, labels, (label) => (label === 1 ? 'white' : 'grey'))!;

it.each([3, 30])('finds noise of %d that was added, and the signal under it', (sigma) => {
  const found = measured(magnitude(sigma));
  expect(found.sigma / sigma).toBeCloseTo(1, 1.5);
  expect(found.airRatio).toBeCloseTo(1.913, 1.5);
  expect(found.artefacts).toBeLessThan(0.001);
  for (const ghost of found.ghosts) expect(Math.abs(ghost)).toBeLessThan(0.002);
  const snr = noiseFindings(found, grid.affineRas).find(({ measure }) => measure.code === 'image-signal-to-noise');
  const value = snr?.value.type === 'quantity' ? snr.value.value : 0;
  expect(value / (120 / sigma)).toBeCloseTo(1, 1.3);
});

it('finds a ghost that was added, along its axis only', () => {
  const sigma = 1;
  const found = [0, 0.05, 0.1].map((ghost) => measured(magnitude(sigma, ghost)));
  const along = found.map(({ ghosts }) => ghosts[1]);
  expect(along[2]! - along[0]!).toBeGreaterThan(1.8 * (along[1]! - along[0]!));
  expect(along[1]!).toBeGreaterThan(0.01);
  for (const { ghosts } of found) for (const axis of [0, 2]) expect(Math.abs(ghosts[axis]!)).toBeLessThan(0.003);
  expect(found[2]!.artefacts).toBeGreaterThan(0.05);
  const said = noiseFindings(found[2], grid.affineRas).filter(({ issues }) =>
    issues.some(({ code }) => code === 'ghosting'),
  );
  expect(said.map(({ site }) => site?.code)).toEqual(['front-back']);
});

it('measures no noise in air that was emptied or filled', () => {
  const codes = (values: Float32Array): unknown[] =>
    noiseFindings(measured(values), grid.affineRas).map(({ value }) => (value.type === 'refused' ? value.reason : ''));
  const emptied = magnitude(4).map((value, at) => (clean[at] === 0 ? 0 : value));
  const filled = magnitude(4).map((value, at) => (clean[at] === 0 ? 6 + (at % 2) : value));
  for (const values of [emptied, filled]) expect(new Set(codes(values))).toEqual(new Set(['background-not-noise']));
  expect(noiseFindings(undefined, grid.affineRas)[0]?.value).toEqual({ type: 'refused', reason: 'no-air' });
});

it('measures how far the brain is from the border of the scan', () => {
  const cut = { shape: [ni, nj, 70, 1] as const, affineRas: grid.affineRas };
  const margins = new Map(marginsMm(labels, { ...cut, shape: [...cut.shape] }).map(({ face, mm }) => [face, mm]));
  // The labels end at 53 mm upwards, the scan at 44.
  expect(margins.get('top')).toBe(-9);
  expect(margins.get('bottom')).toBe(43);
  expect(margins.get('left')).toBe(margins.get('right'));
});
