import type { Analysis, Dossier, InstalledPack } from '../dossier/analysis.ts';
import { type Artifact, type ArtifactDraft, artifactId } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { openNifti } from '../intake/nifti/open.ts';
import { loadKnowledge } from '../knowledge/load.ts';

/** A volume in memory that stands for a source. Tests, conformance and benchmarks of this room use it. */
export interface TestVolume {
  grid: Grid;
  data: Float32Array;
  source?: Partial<Source>;
  metadata?: Record<string, unknown>;
}

export interface TestOutcome {
  findings: FindingDraft[];
  artifacts: (ArtifactDraft & { id: string })[];
  issues: Issue[];
}

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

export function testDossier(sources: Source[], { synthetic = false, artifacts = [] as Artifact[] } = {}): Dossier {
  return {
    subject: { kind: 'subject', id: 'S1', type: 'patient', label: 'one', composite: false, synthetic },
    sources,
    facts: [],
    entries: [],
    regions: [],
    findings: [],
    artifacts,
  };
}

/** Runs the analyses one after the other on one volume, each on what it selects, the way the runner would. */
export async function runOnVolume(
  analyses: readonly Analysis[],
  volume: TestVolume,
  packs: ReadonlyMap<string, InstalledPack>,
  {
    synthetic = false,
    signal = new AbortController().signal,
    progress = (_fraction: number, _doing?: string): void => {},
  } = {},
): Promise<TestOutcome> {
  const source = testSource(volume.source);
  const outcome: TestOutcome = { findings: [], artifacts: [], issues: [] };
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
  for (const analysis of analyses) {
    const artifacts = outcome.artifacts.map(
      ({ bytes, ...draft }): Artifact => ({
        ...draft,
        kind: 'artifact',
        subject: 'S1',
        run: 'run',
        blob: sha256(bytes),
        method: 'test',
      }),
    );
    const dossier = testDossier([source], { synthetic, artifacts });
    for (const { inputs, options = {} } of analysis.select(dossier).selections) {
      await analysis.run(inputs, options as Parameters<Analysis['run']>[1], {
        dossier,
        signal,
        emit: {
          finding: (draft) => void outcome.findings.push(draft),
          artifact(draft) {
            const id = artifactId('run', draft);
            outcome.artifacts.push({ ...draft, id });
            return id;
          },
          issue: (issue) => void outcome.issues.push(issue),
        },
        async openImage(id) {
          if (id === source.id) return handle;
          const artifact = outcome.artifacts.find((one) => one.id === id)!;
          return openNifti(
            { id, blob: sha256(artifact.bytes), path: artifact.fileName },
            { bytes: async () => artifact.bytes },
          );
        },
        openRegion: absent,
        openVariants: absent,
        openTable: absent,
        knowledge: <T>(path: string) => loadKnowledge(path).data as T,
        pack: (id) => packs.get(id),
        progress,
      });
    }
  }
  return outcome;
}

function absent(): never {
  throw new Error('this test has images only');
}
