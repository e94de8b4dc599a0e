import { expect, it } from 'vitest';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import type { Run } from '../../dossier/run.ts';
import { importFiles, sliceElements, type withElements, writeDicom } from '../../intake/dicom/testing.ts';
import type { BlobAccess } from '../../intake/format.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { artifactAsDicom, codedUnit } from './derivedDicom.ts';

const slices = [0, 1, 2].map((k) => {
  const more: Parameters<typeof withElements>[1] = [
    [0x00100020, 'LO', 'EXAMPLE-7'],
    [0x00200052, 'UI', '2.25.4'],
  ];
  return writeDicom(sliceElements({ instance: k + 1, position: [0, 0, k * 2], more }));
});
const { drafts, source, blobs } = await importFiles(
  Object.fromEntries(slices.map((bytes, at) => [`${at}.dcm`, bytes])),
);
const series = source(drafts[0]!);
const { shape, affineRas } = series.metadata['layout'] as {
  shape: [number, number, number, number];
  affineRas: number[];
};
const count = shape[0] * shape[1] * shape[2];
const run = {
  kind: 'run',
  id: 'run-1',
  startedAt: '2026-03-01T10:00:00Z',
  key: { analysis: 'brain.segmentation', version: '1.0.0' },
} as Run;

function artifactOf(type: 'image' | 'labelmap', values: ArrayLike<number>) {
  const grid = { shape, affineRas };
  const bytes = writeNiftiGz(grid, values, { datatype: 'float32' });
  const artifact: Artifact = {
    kind: 'artifact',
    id: `art-${type}`,
    subject: 's1',
    run: 'run-1',
    type,
    role: 'segmentation-18',
    title: 'Structures',
    blob: 'a'.repeat(64),
    mediaType: 'application/gzip',
    fileName: 'structures.nii.gz',
    labels: [{ value: 2, name: 'Hippocampus', color: '#ff0000' }],
    issues: [],
    method: 'brain.segmentation 1.0.0',
    derivedFrom: [series.id],
  };
  const held: BlobAccess = {
    bytes: async (sha256) => (sha256 === artifact.blob ? bytes : blobs.bytes(sha256)),
  };
  return { artifact, held };
}

const dossier = { sources: [series], artifacts: [], findings: [] } as unknown as Dossier;

it('gives a label map patient, frame of reference and references of the series that it rests on', async () => {
  const { artifact, held } = artifactOf(
    'labelmap',
    Float32Array.from({ length: count }, (_, at) => (at % 2) * 2),
  );
  const [file] = await artifactAsDicom(artifact, { run, dossier, blobs: held, program: '1' });
  expect(file!.fileName).toBe('structures.seg.dcm');
  const read = await importFiles({ 'seg.dcm': file!.bytes });
  expect(read.issues).toEqual([]);
  const [draft] = read.drafts;
  expect(draft!.claim?.value).toBe('EXAMPLE-7');
  expect(draft!.regions).toMatchObject([
    {
      number: 1,
      label: 'Hippocampus',
      frameOfReference: '2.25.4',
      referencedSeries: '2.25.3',
    },
  ]);
});

it('takes no patient from series in different frames of reference', async () => {
  const { artifact, held } = artifactOf('image', new Float32Array(count).fill(1));
  const other = { ...series, id: 'src-other', metadata: { ...series.metadata, FrameOfReferenceUID: '1.2.3.4' } };
  const both = { ...dossier, sources: [series, other] } as Dossier;
  const [file] = await artifactAsDicom(
    { ...artifact, derivedFrom: [series.id, other.id] },
    { run, dossier: both, blobs: held, program: '1', volume: 0 },
  );
  const read = await importFiles({ 'map.dcm': file!.bytes });
  expect(read.drafts[0]!.claim).toBeUndefined();
  await expect(
    artifactAsDicom({ ...artifact, type: 'table' }, { run, dossier, blobs: held, program: '1' }),
  ).rejects.toThrow('no form as DICOM');
  await expect(artifactAsDicom(artifact, { run, dossier, blobs: held, program: '1', volume: 3 })).rejects.toThrow(
    '1 volumes',
  );
});

it('codes uptake as DICOM does, and other maps by their own unit', () => {
  const unit = (role: string) => codedUnit({ kind: 'artifact', role } as Artifact);
  expect([unit('suv-map'), unit('ktrans-map'), unit('segmentation-18')]).toEqual(['{SUVbw}g/ml', '/min', '1']);
});
