import type { Analysis } from '../dossier/analysis.ts';
import { type Artifact, artifactId } from '../dossier/artifact.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import { Run, type RunKey } from '../dossier/run.ts';
import type { Store } from '../dossier/store.ts';
import type { Drafts } from './context.ts';

/**
 * Writes a finished run with all that it made in one batch, its bytes first: it is in the store completely or not at all.
 * Resolves when the store has acknowledged it.
 */
export async function keepRun(
  store: Store,
  subject: string,
  of: { id: string; key: RunKey; title: string; analysis: Pick<Analysis, 'id' | 'version'> },
  drafts: Drafts,
  measured: { startedAt: string; seconds: number },
): Promise<Run> {
  const method = `${of.analysis.id} ${of.analysis.version}`;
  const findings = drafts.findings.map((draft) => findingFromDraft(draft, { id: of.id, subject, method }));
  const artifacts: Artifact[] = [];
  for (const { bytes, ...draft } of drafts.artifacts) {
    const blob = await store.putBlob(subject, bytes, draft.mediaType);
    const id = artifactId(of.id, draft);
    artifacts.push({ kind: 'artifact', id, subject, run: of.id, ...draft, blob: blob.sha256, method });
  }
  const run = Run.parse({
    kind: 'run',
    id: of.id,
    subject,
    key: of.key,
    title: of.title,
    ...measured,
    issues: drafts.issues,
    findings: findings.map(({ id }) => id),
    artifacts: artifacts.map(({ id }) => id),
  });
  await store.write([run, ...findings, ...artifacts]);
  return run;
}
