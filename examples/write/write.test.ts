import { describe, expect, it } from 'vitest';
import { centreOf, paint, visibleVoxels } from '../phantoms/shapes.ts';
import { decimal, writeDicom } from './dicom.ts';
import { gaussian } from './random.ts';
import { contourOn } from './rtstruct.ts';
import { uid } from './uid.ts';
import { writeVcf } from './vcf.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('DICOM writer', () => {
  it('writes part 10, elements in the order of their tags, values of even length', () => {
    const bytes = writeDicom({ Rows: 3, PatientName: 'SYNTHETIC^X', SOPClassUID: '1.2', SOPInstanceUID: '1.3' });
    expect(text(bytes.subarray(128, 132))).toBe('DICM');
    expect(bytes.length % 2).toBe(0);
    const [sop, name, rows] = [
      '\x08\x00\x16\x00UI',
      '\x10\x00\x10\x00PN\x0c\x00SYNTHETIC^X ',
      '\x28\x00\x10\x00US\x02\x00\x03\x00',
    ].map((one) => text(bytes).indexOf(one));
    expect(sop).toBeGreaterThan(132);
    expect(name).toBeGreaterThan(sop!);
    expect(rows).toBeGreaterThan(name!);
  });

  it('refuses what it cannot write', () => {
    expect(() => writeDicom({ NoSuchElement: 1 })).toThrow(RangeError);
    expect(() => writeDicom({ Modality: 'FAR TOO LONG A CODE STRING' })).toThrow(RangeError);
  });

  it('keeps numbers within sixteen characters', () => {
    expect(decimal(0.1)).toBe('0.1');
    expect(decimal(-1 / 3).length).toBeLessThanOrEqual(16);
    expect(Number(decimal(-1 / 3))).toBeCloseTo(-1 / 3, 12);
    expect(decimal(1.5e-12)).toBe('1.5e-12');
  });
});

describe('determinism', () => {
  it('draws the same numbers from the same seed, with mean 0 and SD 1', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20_000 }, gaussian(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)[0]).not.toBe(draw(2)[0]);
    const sample = draw(3);
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
    const sd = Math.sqrt(sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sample.length);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(sd - 1)).toBeLessThan(0.03);
  });

  it('derives UIDs from words', () => {
    expect(uid('a', 1)).toBe(uid('a', '1'));
    expect(uid('a', 1)).not.toBe(uid('a', 2));
    expect(uid('a')).toMatch(/^2\.25\.(0|[1-9]\d{0,38})$/);
  });
});

describe('phantoms', () => {
  const grid = { shape: [8, 6, 4], spacingMm: [2, 2, 5] } as const;

  it('lies as axial slices do: right to left, front to back, foot to head', () => {
    expect(centreOf(grid, 0, 0, 0)).toEqual([7, 5, -7.5]);
    expect(centreOf(grid, 7, 5, 3)).toEqual([-7, -5, 7.5]);
  });

  it('paints later shapes over earlier ones and counts what is left', () => {
    const shapes = [
      { name: 'all', centre: [0, 0, 0], semiAxesMm: [100, 100, 100], value: 1 },
      { name: 'one voxel', centre: [1, 1, 2.5], semiAxesMm: [0.5, 0.5, 0.5], value: 2 },
    ] as const;
    const painted = paint(grid, shapes);
    expect(visibleVoxels(painted, shapes)).toEqual(
      new Map([
        ['all', 8 * 6 * 4 - 1],
        ['one voxel', 1],
      ]),
    );
    expect(painted[(2 * 6 + 2) * 8 + 3]).toBe(2);
  });

  it('draws a ball as circles that shrink towards its ends', () => {
    const ball = { name: 'ball', type: 'GTV', centre: [10, -20, 30], radiusMm: 5 } as const;
    expect(contourOn(ball, 35)).toBeUndefined();
    const points = contourOn(ball, 33)!;
    for (const [x, y, z] of points) expect(Math.hypot(-x - 10, -y + 20, z - 30)).toBeCloseTo(5, 10);
  });
});

describe('VCF', () => {
  const rows = (diplotype: readonly [string, string], extra?: Record<number, string>): string[] =>
    text(writeVcf('x.vcf', 'S', { CYP2C19: diplotype }, extra).bytes)
      .split('\n')
      .filter((line) => line.startsWith('chr10') && !line.endsWith('0/0'));

  it('shows every defined position and differs from the reference only where the alleles do', () => {
    expect(rows(['*1', '*2']).map((line) => line.split('\t').slice(1).join(' '))).toEqual([
      expect.stringMatching(/^94775367 \S+ A G .* 0\/1$/),
      expect.stringMatching(/^94781859 \S+ G A .* 0\/1$/),
      expect.stringMatching(/^94842866 \S+ A G .* 1\/1$/),
    ]);
    expect(rows(['*38', '*38'])).toEqual([]);
    expect(rows(['*38', '*38'], { 94781859: 'A' })).toHaveLength(1);
  });

  it('knows no allele that the definitions do not have', () => {
    expect(() => rows(['*1', '*999'])).toThrow(RangeError);
  });
});
