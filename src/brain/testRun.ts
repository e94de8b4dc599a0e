import type { Analysis, InstalledPack } from '../dossier/analysis.ts';
import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Source } from '../dossier/source.ts';
import { type ImageOutcome, runOnImage } from './onOneImage.ts';

/** A volume in memory that stands for a source. Tests, conformance and benchmarks of this room use it. */
export interface TestVolume {
  grid: Grid;
  data: Float32Array;
  source?: Partial<Source>;
  metadata?: Record<string, unknown>;
}

export type TestOutcome = ImageOutcome;

/** A source record as intake would make one of a T1w NIfTI file. */
export function testSource(change: Partial<Source> = {}): Source {
  return {
    kind: 'source',
    id: 'src-t1',
    subject: 'S1',
    blob: '0'.repeat(64),
    format: 'nifti',
    locator: {},
    path: 'sub-01_T1w.nii.gz',
    import: 'import-1',
    modality: 'MR',
    contrast: 'T1w',
    metadata: {},
    issues: [],
    ...change,
  };
}

export { dossierOfImages as testDossier } from './onOneImage.ts';

/** Runs the analyses one after the other on one volume, each on what it selects, the way the runner would. */
export async function runOnVolume(
  analyses: readonly Analysis[],
  volume: TestVolume,
  packs: ReadonlyMap<string, InstalledPack>,
  options: Parameters<typeof runOnImage>[4] = {},
): Promise<TestOutcome> {
  const source = testSource(volume.source);
  const handle: ImageHandle = {
    id: source.id,
    grid: volume.grid,
    unit: '1',
    metadata: volume.metadata ?? {},
    readSlab: async (from, to) =>
      volume.data.slice(
        from * volume.grid.shape[0] * volume.grid.shape[1],
        to * volume.grid.shape[0] * volume.grid.shape[1],
      ),
    readVolume: async () => volume.data.slice(),
  };
  return runOnImage(analyses, source, handle, packs, options);
}
