import type { Analysis } from '../dossier/analysis.ts';
import { artifactId } from '../dossier/artifact.ts';
import { sha256 } from '../dossier/canonical.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Run } from '../dossier/run.ts';
import type { Reader } from '../dossier/store.ts';
import type { Drafts } from './context.ts';

/** Holds what a run made now against what it made when it was kept. One `value-changed` error for each difference. */
export async function changedValues(reader: Reader, kept: Run, analysis: Analysis, drafts: Drafts): Promise<Issue[]> {
  const now = new Map<string, { name: string; hash: string }>();
  for (const draft of drafts.findings) {
    const finding = findingFromDraft(draft, { id: kept.id, subject: kept.subject, method: analysis.id });
    now.set(finding.id, { name: finding.slot, hash: finding.valueHash });
  }
  for (const draft of drafts.artifacts) {
    now.set(artifactId(kept.id, draft), { name: draft.fileName, hash: sha256(draft.bytes) });
  }
  const issues: Issue[] = [];
  const differs = (name: string, how: string) =>
    issues.push(
      issue('error', 'value-changed', `${analysis.title}, ${kept.title}: ${name} ${how} on the same input`, {
        place: analysis.id,
        remedy: 'Do not use the value until the cause is known: compare machine, runtime and version of the two runs.',
      }),
    );
  for (const id of [...kept.findings, ...kept.artifacts]) {
    const record = (await reader.get(id))?.record;
    const then = record?.kind === 'finding' ? record.valueHash : record?.kind === 'artifact' ? record.blob : undefined;
    const made = now.get(id);
    if (!made) differs(id, 'did not come out again');
    else if (made.hash !== then) differs(made.name, 'came out with another value');
    now.delete(id);
  }
  for (const { name } of now.values()) differs(name, 'came out for the first time');
  return issues;
}
