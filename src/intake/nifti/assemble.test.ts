import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../dossier/canonical.ts';
import type { Grid } from '../../dossier/grid.ts';
import { contrastOf } from './contrast.ts';
import { openNifti } from './open.ts';
import { importNifti } from './testing.ts';
import { writeNifti } from './write.ts';

const affineRas = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const grid: Grid = { shape: [2, 2, 1, 4], affineRas };
const image = writeNifti(grid, new Float32Array(16), { datatype: 'float32' });

describe('assemble', () => {
  it('joins image, sidecar and gradients of one name', async () => {
    const { drafts, issues } = await importNifti({
      'a_dwi.nii': image,
      'a_dwi.json': '{"EchoTime": 0.09, "PatientID": "P7", "PatientBirthDate": "19800203", "PatientSex": "F"}',
      'a_dwi.bval': '0 1000 1000 1000\n',
      'a_dwi.bvec': 'nan 1 0 0\nnan 0 1 0\nnan 0 0 1\n',
      'b.json': '{"EchoTime": 0.03}',
    });
    expect(drafts).toHaveLength(1);
    expect(drafts[0]!.files).toEqual(['a_dwi.nii', 'a_dwi.json', 'a_dwi.bval', 'a_dwi.bvec']);
    expect(drafts[0]!.claim).toEqual({
      system: 'dicom:PatientID',
      value: 'P7',
      birthDate: '1980-02-03',
      sex: 'female',
    });
    expect(drafts[0]!.source).toMatchObject({
      modality: 'MR',
      contrast: 'dwi',
      metadata: {
        EchoTime: 0.09,
        bval: [0, 1000, 1000, 1000],
        bvec: [
          [0, 0, 0],
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
    });
    expect(issues).toEqual(['bvec-not-finite', 'image-part-alone']);
  });

  it('uses no gradients that do not fit the volumes', async () => {
    const { drafts, issues } = await importNifti({ 'a.nii': image, 'a.bval': '0 1000\n', 'a.bvec': '1 0\n0 1\n0 0\n' });
    expect(drafts[0]!.source.metadata).not.toHaveProperty('bval');
    expect(issues).toContain('gradients-count-mismatch');
    expect((await importNifti({ 'a.nii': image, 'a.bval': '0 1 1 1' })).issues).toContain('gradients-incomplete');
  });

  it('keeps b-values without directions, and a table that lacks the last volume, and says so', async () => {
    const alone = await importNifti({ 'a.nii': image, 'a.bval': '0 100 400 1000' });
    expect(alone.drafts[0]!.source.metadata).toMatchObject({ bval: [0, 100, 400, 1000] });
    expect(alone.issues).toContain('gradients-incomplete');
    const short = await importNifti({ 'a.nii': image, 'a.bval': '0 1000 1000', 'a.bvec': '0 1 0\n0 0 1\n0 0 0\n' });
    expect(short.drafts[0]!.source.metadata['bval']).toHaveLength(3);
    expect(short.issues).toContain('gradients-one-short');
  });

  it('inherits sidecars from folders above, the nearest value first', async () => {
    const { drafts } = await importNifti({
      'task-x_bold.json': '{"RepetitionTime": 2, "TaskName": "x"}',
      'sub-1/func/sub-1_task-x_bold.json': '{"RepetitionTime": 2.5}',
      'sub-1/func/sub-1_task-x_bold.nii': image,
      'sub-1/func/sub-1_task-y_bold.nii': image,
    });
    expect(drafts.map(({ source }) => source.metadata['RepetitionTime'])).toEqual([2.5, undefined]);
    expect(drafts[0]!.files).toHaveLength(3);
  });

  it('reads a .hdr/.img pair through its manifest, and refuses half of one', async () => {
    const header = image.slice(0, 352);
    new DataView(header.buffer).setFloat32(108, 0, true);
    header[345] = 0x69;
    const voxels = Uint8Array.from({ length: 64 }, () => 0);
    new DataView(voxels.buffer).setFloat32(4, 42, true);
    const { drafts } = await importNifti({ 'p.hdr': header, 'p.img': voxels });
    expect(drafts[0]!.files).toEqual(['p.hdr', 'p.img']);
    const manifest = Buffer.from(
      canonicalJson({
        manifest: 1,
        members: [
          { path: 'p.hdr', sha256: sha256(header), bytes: 352 },
          { path: 'p.img', sha256: sha256(voxels), bytes: 64 },
        ],
      }),
    );
    const blobs = new Map([manifest, header, voxels].map((bytes) => [sha256(bytes), bytes]));
    const handle = await openNifti(
      { id: 'x', blob: sha256(manifest), path: 'p.hdr' },
      { bytes: async (hash) => blobs.get(hash)! },
    );
    expect([...(await handle.readVolume())]).toEqual([0, 42, 0, 0]);
    expect((await importNifti({ 'p.hdr': header })).issues).toEqual(['nifti-pair-incomplete']);
    expect((await importNifti({ 'p.hdr': header, 'p.img': voxels.slice(0, 60) })).issues).toEqual(['nifti-truncated']);
  });
});

describe('contrastOf', () => {
  it.each([
    ['sub-1/anat/sub-1_T1w', {}, 'MR', 'T1w', []],
    ['x', { Modality: 'CT' }, 'CT', undefined, ['contrast-unknown']],
    ['t1_crop', {}, 'MR', 'T1w', ['contrast-from-name']],
    ['sample1_T1_DLMUSE', {}, 'OT', 'labels', ['contrast-from-name']],
    ['sub-1_desc-brain_mask', {}, 'OT', 'labels', []],
    ['scan', {}, 'MR', undefined, ['modality-unknown']],
    ['sub-1_pet', { TracerName: 'FDG' }, 'PT', 'pet', []],
  ])('%s', (stem, sidecar, modality, contrast, codes) => {
    const result = contrastOf(stem, sidecar, {});
    expect([result.modality, result.contrast, result.issues.map(({ code }) => code)]).toEqual([
      modality,
      contrast,
      codes,
    ]);
  });
});
