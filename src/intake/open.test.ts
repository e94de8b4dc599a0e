import { describe, expect, it } from 'vitest';
import type { Artifact } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import type { Region } from '../dossier/region.ts';
import type { Source, SourceFormat } from '../dossier/source.ts';
import { writeNiftiGz } from './nifti/write.ts';
import { openImage, openRegion, openTable, openVariants } from './open.ts';

const bytes = writeNiftiGz(
  { shape: [2, 1, 1, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
  [4, 5],
  { datatype: 'uint8' },
);
const blobs = { bytes: async () => bytes };
const source = (format: SourceFormat) =>
  ({ kind: 'source', id: 'src-1', format, blob: sha256(bytes), path: 'x', locator: {}, metadata: {} }) as Source;
const artifact = (type: Artifact['type']) =>
  ({ kind: 'artifact', id: 'art-1', type, blob: sha256(bytes), fileName: 'labels.nii.gz' }) as Artifact;

describe('open', () => {
  it('opens artifacts as images', async () => {
    const image = await openImage(artifact('labelmap'), blobs);
    expect([image.id, ...(await image.readVolume())]).toEqual(['art-1', 4, 5]);
  });

  it('refuses what is of another kind, by name', async () => {
    const refused = { code: 'unsupported' };
    await expect(openImage(artifact('table'), blobs)).rejects.toMatchObject(refused);
    await expect(openImage(source('vcf'), blobs)).rejects.toMatchObject(refused);
    await expect(openRegion({} as Region, source('nifti'), blobs)).rejects.toMatchObject(refused);
    await expect(openVariants(source('nifti'), blobs)).rejects.toMatchObject(refused);
    await expect(openTable(source('nifti'), blobs)).rejects.toMatchObject(refused);
  });

  it('says that bytes are not what the import saw', async () => {
    const cut = { bytes: async () => bytes.subarray(0, 40) };
    await expect(openImage(source('nifti'), cut)).rejects.toMatchObject({ code: 'integrity' });
  });
});
