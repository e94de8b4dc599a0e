import { expect, it } from 'vitest';
import { dossierOfImages } from '../brain/onOneImage.ts';
import type { Artifact } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { openImage } from '../intake/open.ts';
import { withoutFace } from './withoutFace.ts';

const [ni, nj, nk] = [40, 50, 40];
const grid = {
  shape: [ni, nj, nk, 1] as [number, number, number, number],
  affineRas: [4, 0, 0, -78, 0, 4, 0, -98, 0, 0, 4, -78, 0, 0, 0, 1],
};
const painted = (of: (x: number, y: number, z: number) => number): Uint8Array =>
  Uint8Array.from({ length: ni * nj * nk }, (_, at) =>
    of(4 * (at % ni) - 78, 4 * (Math.floor(at / ni) % nj) - 98, 4 * Math.floor(at / (ni * nj)) - 78),
  );
const isBrain = (x: number, y: number, z: number): boolean => Math.hypot(x / 60, y / 70, (z - 10) / 55) < 1;
const t1 = writeNiftiGz(
  grid,
  painted((x, y, z) => (isBrain(x, y, z) ? 100 : Math.hypot(x, y - 84, z + 50) < 14 ? 200 : 3)),
  { datatype: 'uint8', description: '' },
);
const labels = (empty = false): Uint8Array =>
  writeNiftiGz(
    grid,
    painted((x, y, z) => (!empty && isBrain(x, y, z) ? 1 : 0)),
    { datatype: 'uint8', description: '' },
  );

function held(role: string, bytes: Uint8Array, change: Partial<Artifact> = {}): Artifact {
  return {
    ...{ kind: 'artifact', id: `art-${role}`, subject: 'S1', run: 'run', method: 'x', role, title: role },
    ...{ type: 'image', mediaType: 'application/gzip', fileName: `${role}.nii.gz`, issues: [], derivedFrom: [] },
    ...{ grid, blob: sha256(bytes), ...change },
  } as Artifact;
}
function shared(map: Uint8Array) {
  const artifacts = [
    held('t1-conformed', t1),
    held('segmentation-18', map, { type: 'labelmap', derivedFrom: ['art-t1-conformed'] }),
    held('perfusion', t1),
  ];
  const bytes = new Map([t1, map].map((one) => [sha256(one), one]));
  const blobs = { bytes: async (blob: string) => bytes.get(blob)! };
  const dossier = dossierOfImages([], { artifacts });
  return { artifacts, run: (at: number) => withoutFace(artifacts[at]!, dossier, blobs) };
}

it('takes the face out of a T1 that is to be shared, keeps its brain and gives it another identity', async () => {
  const { artifacts, run } = shared(labels());
  const { artifact, blobs, removedPercent } = await run(0);
  expect(artifact.blob).not.toBe(artifacts[0]!.blob);
  expect(artifact.title).toMatch(/without the face/);
  expect(removedPercent).toBeGreaterThan(1);
  const values = await (await openImage(artifact, blobs)).readVolume(0);
  expect(values.includes(200)).toBe(false);
  expect(values.filter((value) => value === 100).length).toBe(
    painted((x, y, z) => (isBrain(x, y, z) ? 1 : 0)).filter(Boolean).length,
  );
});

it('leaves label maps as they are and gives out no image whose face it cannot find', async () => {
  const { artifacts, run } = shared(labels());
  expect((await run(1)).artifact).toBe(artifacts[1]);
  await expect(run(2)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(shared(labels(true)).run(0)).rejects.toMatchObject({ code: 'unsupported' });
});
