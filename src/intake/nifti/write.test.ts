import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../../dossier/grid.ts';
import { writeNifti, writeNiftiGz } from './write.ts';

const grid: Grid = { shape: [2, 3, 1, 1], affineRas: [-1, 0, 0, 5, 0, 2, 0, 6, 0, 0, 3, 7, 0, 0, 0, 1] };

describe('writeNifti', () => {
  it('writes the same bytes twice, without a time', () => {
    const data = new Float32Array([1, 2, 3, 4, 5, 6.5]);
    const first = writeNiftiGz(grid, data, { datatype: 'float32', description: 'six' });
    expect(first).toEqual(writeNiftiGz(grid, data, { datatype: 'float32', description: 'six' }));
    expect([...first.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    const plain = gunzipSync(first);
    expect(plain.length).toBe(352 + 24);
    expect(plain.readFloatLE(352 + 20)).toBe(6.5);
    expect(plain.toString('latin1', 344, 347)).toBe('n+1');
  });

  it('refuses a value that the datatype cannot hold', () => {
    expect(() => writeNifti(grid, [0, 1, 2, 3, 4, 256], { datatype: 'uint8' })).toThrow(/cannot hold 256/);
    expect(() => writeNifti(grid, [0, 1, 2, 3, 4, Number.NaN], { datatype: 'int16' })).toThrow(/cannot hold NaN/);
  });

  it('stores value over slope', () => {
    const bytes = writeNifti(grid, [0, 0.5, 1, 1.5, 2, 2.5], { datatype: 'int16', slope: 0.5 });
    expect(Buffer.from(bytes).readInt16LE(352 + 10)).toBe(5);
  });
});
