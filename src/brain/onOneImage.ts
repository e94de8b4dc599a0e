import type { Analysis, Dossier, InstalledPack } from '../dossier/analysis.ts';
import { type Artifact, type ArtifactDraft, artifactId } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { openNifti } from '../intake/nifti/open.ts';
import { loadKnowledge } from '../knowledge/load.ts';

/** What analyses made of one image. */
export interface ImageOutcome {
  findings: FindingDraft[];
  artifacts: (ArtifactDraft & { id: string })[];
  issues: Issue[];
}

/** A dossier that holds images and what was made of them, for work outside a store. */
export function dossierOfImages(sources: Source[], { synthetic = false, artifacts = [] as Artifact[] } = {}): Dossier {
  return {
    subject: { kind: 'subject', id: 'S1', type: 'patient', label: 'one', composite: false, synthetic },
    ...{ sources, artifacts, facts: [], entries: [], regions: [], findings: [] },
  };
}

/**
 * Analyses one after the other on one image without a store, each on what it selects among the image and what those before it
 * made: what a command does with a single file.
 */
export async function runOnImage(
  analyses: readonly Analysis[],
  source: Source,
  handle: ImageHandle,
  packs: ReadonlyMap<string, InstalledPack>,
  {
    synthetic = false,
    signal = new AbortController().signal,
    progress = (_fraction: number, _doing?: string): void => {},
  } = {},
): Promise<ImageOutcome> {
  const outcome: ImageOutcome = { findings: [], artifacts: [], issues: [] };
  for (const analysis of analyses) {
    const artifacts = outcome.artifacts.map(
      ({ bytes, ...draft }): Artifact => ({
        ...draft,
        ...{ kind: 'artifact', subject: 'S1', run: 'run', blob: sha256(bytes), method: analysis.method },
      }),
    );
    const dossier = dossierOfImages([source], { synthetic, artifacts });
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
  throw new Error('there are only images here');
}
