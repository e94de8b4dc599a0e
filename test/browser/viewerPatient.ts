import type { Artifact } from '../../src/dossier/artifact.ts';
import type { Grid } from '../../src/dossier/grid.ts';
import type { Source } from '../../src/dossier/source.ts';
import type { Store } from '../../src/dossier/store.ts';
import type { Subject } from '../../src/dossier/subject.ts';
import { writeNiftiGz } from '../../src/intake/nifti/write.ts';

/** A head of ellipsoids at two visits with a label map of the first, and an image that moves. Places in RAS mm are in `truth`. */
export const truth = {
  leftBall: { label: 'Ball left', ras: [-28, 10, 6] as const, radiusMm: 9 },
  rightBall: { label: 'Ball right', ras: [28, 10, 6] as const, radiusMm: 6 },
  headMm: [60, 75, 55] as const,
};

function gridOf(size: number, spacingMm: number, frames = 1): Grid {
  const half = ((size - 1) * spacingMm) / 2;
  return {
    shape: [size, size, size, frames],
    // As scanners store them: towards left and back.
    affineRas: [-spacingMm, 0, 0, half, 0, -spacingMm, 0, half, 0, 0, spacingMm, -half, 0, 0, 0, 1],
    ...(frames > 1 && { repetitionTimeS: 2 }),
  };
}

function paint<T extends Int16Array | Uint8Array>(
  into: T,
  grid: Grid,
  value: (x: number, y: number, z: number) => number,
): T {
  const [ni, nj, nk] = grid.shape;
  const m = grid.affineRas;
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) into[at] = value(m[0]! * i + m[3]!, m[5]! * j + m[7]!, m[10]! * k + m[11]!);
  return into;
}

const isIn = (
  { ras, radiusMm }: { ras: readonly [number, number, number]; radiusMm: number },
  x: number,
  y: number,
  z: number,
) => Math.hypot(x - ras[0], y - ras[1], z - ras[2]) <= radiusMm;

export async function putViewerPatient(
  store: Store,
  id: string,
  size = 96,
): Promise<{ first: string; second: string; moving: string; map: string }> {
  const subject: Subject = {
    kind: 'subject',
    id,
    type: 'patient',
    label: 'Ellipsoids',
    sex: 'unknown',
    composite: false,
    synthetic: true,
  } as Subject;
  const grid = gridOf(size, 192 / size);
  const voxels = size ** 3;
  const head = (x: number, y: number, z: number) => {
    const [a, b, c] = truth.headMm;
    if (Math.hypot(x / a, y / b, z / c) > 1) return 0;
    if (isIn(truth.leftBall, x, y, z)) return 900;
    return isIn(truth.rightBall, x, y, z) ? 700 : 400 + Math.round(40 * Math.sin(x / 4));
  };
  const put = (bytes: Uint8Array) => store.putBlob(id, bytes, 'application/gzip');
  const source = (name: string, day: string, blob: string, shape: Grid): Source =>
    ({
      ...{
        kind: 'source',
        id: `src-${id}-${name}`,
        subject: id,
        blob,
        format: 'nifti',
        locator: {},
        path: `${name}.nii.gz`,
      },
      ...{ import: 'imp', modality: 'MR', contrast: name === 'moving' ? 'bold' : 'T1w', acquiredAt: day, issues: [] },
      metadata: {
        dim: [shape.shape[3] > 1 ? 4 : 3, ...shape.shape, 1, 1, 1],
        pixdim: [1, shape.affineRas[10]!, shape.affineRas[10]!, shape.affineRas[10]!, 2, 0, 0, 0],
        xyzt_units: 10,
        ...(shape.shape[3] > 1 && { RepetitionTime: 2 }),
      },
    }) as Source;
  const first = await put(writeNiftiGz(grid, paint(new Int16Array(voxels), grid, head), { datatype: 'int16' }));
  const later = paint(new Int16Array(voxels), grid, (x, y, z) => head(x, y, z) * 1.2);
  const second = await put(writeNiftiGz(grid, later, { datatype: 'int16' }));
  const labels = paint(new Uint8Array(voxels), grid, (x, y, z) =>
    isIn(truth.leftBall, x, y, z) ? 1 : isIn(truth.rightBall, x, y, z) ? 2 : 0,
  );
  const map = await put(writeNiftiGz(grid, labels, { datatype: 'uint8' }));
  const small = gridOf(24, 8, 6);
  const frames = new Int16Array(24 ** 3 * 6);
  for (let t = 0; t < 6; t++)
    paint(frames.subarray(t * 24 ** 3, (t + 1) * 24 ** 3), small, (x, y, z) => head(x, y, z) + 50 * t);
  const moving = await put(writeNiftiGz(small, frames, { datatype: 'int16' }));
  const artifact: Artifact = {
    ...{ kind: 'artifact', id: `art-${id}-map`, subject: id, run: 'run-1', type: 'labelmap', role: 'segmentation-18' },
    ...{
      title: 'Segmentation',
      blob: map.sha256,
      mediaType: 'application/gzip',
      fileName: 'map.nii.gz',
      grid,
      issues: [],
    },
    labels: [
      { value: 1, name: truth.leftBall.label, color: '#d55e00' },
      { value: 2, name: truth.rightBall.label, color: '#0072b2' },
    ],
    method: 'test',
    derivedFrom: [`src-${id}-first`],
  } as Artifact;
  await store.write([subject]);
  await store.write([
    source('first', '2026-01-10', first.sha256, grid),
    source('second', '2026-06-10', second.sha256, grid),
    source('moving', '2025-12-01', moving.sha256, small),
    artifact,
  ]);
  return { first: `src-${id}-first`, second: `src-${id}-second`, moving: `src-${id}-moving`, map: artifact.id };
}
