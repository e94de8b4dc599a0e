import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../dossier/canonical.ts';
import type { Grid } from '../../dossier/grid.ts';
import { parseHeader } from './header.ts';
import { openNifti } from './open.ts';
import { importNifti } from './testing.ts';
import { writeNifti } from './write.ts';

const grid: Grid = { shape: [3, 2, 2, 1], affineRas: [2, 0, 0, -10, 0, 2, 0, -20, 0, 0, 2, 5, 0, 0, 0, 1] };
const ramp = Float32Array.from({ length: 12 }, (_, index) => index);

/** An image whose header was changed after writing. */
function changed(change: (view: DataView) => void, datatype: 'float32' | 'int16' = 'float32'): Uint8Array {
  const bytes = writeNifti(grid, ramp, { datatype });
  change(new DataView(bytes.buffer));
  return bytes;
}

function parse(bytes: Uint8Array) {
  const parsed = parseHeader(bytes, { voxels: 1e6 });
  return 'refused' in parsed
    ? { refused: parsed.refused.code }
    : { header: parsed.header, issues: parsed.issues.map(({ code }) => code) };
}

async function volume(bytes: Uint8Array) {
  const image = await openNifti({ id: 'x', blob: sha256(bytes), path: 'x' }, { bytes: async () => bytes });
  return { image, values: [...(await image.readVolume())] };
}

describe('header', () => {
  it.each([
    ['dim[0] of 9', (view: DataView) => view.setInt16(40, 9, true), 'nifti-dimensions-invalid'],
    ['a negative dimension', (view: DataView) => view.setInt16(44, -2, true), 'nifti-dimensions-invalid'],
    ['more voxels than allowed', (view: DataView) => view.setInt16(44, 32_767, true), undefined],
    ['vox_offset 1e30', (view: DataView) => view.setFloat32(108, 1e30, true), 'nifti-offset-invalid'],
    ['vox_offset NaN', (view: DataView) => view.setFloat32(108, Number.NaN, true), 'nifti-offset-invalid'],
    ['RGB', (view: DataView) => view.setInt16(70, 128, true), 'nifti-datatype-unsupported'],
    ['no magic', (view: DataView) => view.setUint8(344, 0), 'nifti-header-invalid'],
  ])('with %s', (_name, change, code) => {
    expect(parse(changed(change)).refused).toBe(code);
  });

  it('refuses more voxels than the limit before memory is asked for', () => {
    const huge = changed((view) => {
      for (const offset of [42, 44, 46]) view.setInt16(offset, 32_767, true);
    });
    expect(parse(huge).refused).toBe('nifti-too-large');
  });

  it('takes a slope of 0, NaN or infinity for no scaling', async () => {
    for (const slope of [0, Number.NaN, Infinity]) {
      const bytes = changed((view) => {
        view.setFloat32(112, slope, true);
        view.setFloat32(116, 7, true);
      });
      expect((await volume(bytes)).values).toEqual([...ramp]);
    }
  });

  it('prefers the sform, says where qform and sform disagree, and when nothing places the image', () => {
    const apart = parse(changed((view) => view.setFloat32(280 + 12, -3, true)));
    expect(apart.header?.grid.affineRas[3]).toBe(-3);
    expect(apart.issues).toEqual(['nifti-forms-disagree']);
    const qOnly = parse(changed((view) => view.setInt16(254, 0, true)));
    expect(qOnly).toMatchObject({ header: { grid: { affineRas: grid.affineRas } }, issues: [] });
    const neither = parse(changed((view) => view.setInt32(252, 0, true)));
    expect(neither.issues).toEqual(['nifti-orientation-unknown']);
    expect(neither.header?.grid.affineRas.slice(0, 4)).toEqual([-2, 0, 0, 2]);
    const flat = changed((view) => {
      view.setInt16(252, 0, true);
      for (let offset = 280; offset < 296; offset += 4) view.setFloat32(offset, 0, true);
    });
    expect(parse(flat).refused).toBe('nifti-affine-invalid');
  });

  it('reads metres as millimetres and milliseconds as seconds', () => {
    const metres = parse(changed((view) => view.setUint8(123, 1)));
    expect(metres.header?.grid.affineRas[0]).toBe(2000);
    const series: Grid = { ...grid, shape: [3, 2, 1, 2], repetitionTimeS: 2500 };
    const bytes = writeNifti(series, ramp, { datatype: 'float32' });
    new DataView(bytes.buffer).setUint8(123, 2 | 16);
    expect(parse(bytes).header?.grid.repetitionTimeS).toBe(2.5);
  });
});

describe('voxels', () => {
  it('reads big-endian files', async () => {
    const bytes = writeNifti(grid, ramp, { datatype: 'int16' });
    const big = Buffer.from(bytes);
    big.subarray(352).swap16();
    // Fields: int32, then int16 dims, datatype and bitpix, floats, codes, floats.
    big.subarray(0, 4).swap32();
    big.subarray(40, 56).swap16();
    big.subarray(68, 76).swap16();
    big.subarray(76, 120).swap32();
    big.subarray(252, 256).swap16();
    big.subarray(256, 328).swap32();
    const { image, values } = await volume(new Uint8Array(big));
    expect(values).toEqual([...ramp]);
    expect(image.grid).toEqual(grid);
  });

  it('reads NIfTI-2', async () => {
    const bytes = new Uint8Array(544 + 24);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, 540, true);
    bytes.set([0x6e, 0x2b, 0x32, 0, 13, 10, 26, 10], 4);
    view.setInt16(12, 4, true);
    [3, 3, 2, 2, 1, 1, 1, 1].forEach((length, index) => {
      view.setBigInt64(16 + 8 * index, BigInt(length), true);
    });
    view.setBigInt64(168, 544n, true);
    view.setFloat64(176, 0.5, true);
    view.setInt32(348, 2, true);
    grid.affineRas.slice(0, 12).forEach((value, index) => {
      view.setFloat64(400 + 8 * index, value, true);
    });
    ramp.forEach((value, index) => {
      view.setInt16(544 + 2 * index, value, true);
    });
    const { image, values } = await volume(bytes);
    expect(image.grid).toEqual(grid);
    expect(values).toEqual([...ramp].map((value) => value / 2));
    const { drafts } = await importNifti({ 'two.nii.gz': gzipSync(bytes) });
    expect(drafts).toHaveLength(1);
  });

  it('reads what is no finite number as 0 and counts it', async () => {
    const data = Float64Array.from(ramp);
    data[3] = Number.NaN;
    data[7] = -Infinity;
    const bytes = writeNifti(grid, data, { datatype: 'float64' });
    const { values } = await volume(bytes);
    expect([values[3], values[7], values[8]]).toEqual([0, 0, 8]);
    for (const [name, content] of [
      ['a.nii', bytes],
      ['a.nii.gz', gzipSync(bytes)],
    ] as const) {
      const { drafts, issues } = await importNifti({ [name]: content });
      expect(drafts).toHaveLength(1);
      expect(issues).toContain('nifti-not-finite');
    }
  });
});

describe('damaged files', () => {
  const bytes = writeNifti(grid, ramp, { datatype: 'float32' });
  const packed = gzipSync(bytes);
  const wrongSum = Buffer.from(packed);
  wrongSum[wrongSum.length - 7]! ^= 0xff;

  it.each([
    ['cut.nii', bytes.subarray(0, 390), 'nifti-truncated'],
    ['cut.nii.gz', packed.subarray(0, packed.length - 30), 'nifti-damaged'],
    ['short.nii.gz', gzipSync(bytes.subarray(0, 390)), 'nifti-truncated'],
    ['sum.nii.gz', wrongSum, 'nifti-damaged'],
  ])('%s is refused', async (name, content, code) => {
    expect((await importNifti({ [name]: content })).refused).toEqual({ [name]: code });
  });

  it('says when more follows than the header states', async () => {
    const more = Buffer.concat([bytes, Buffer.alloc(4096)]);
    expect((await importNifti({ 'a.nii': more })).issues).toContain('nifti-trailing-bytes');
    expect((await importNifti({ 'a.nii.gz': gzipSync(more) })).issues).toContain('nifti-trailing-bytes');
  });
});
