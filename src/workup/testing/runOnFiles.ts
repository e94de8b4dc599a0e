import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../dossier/artifact.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { defaultLimits } from '../../intake/format.ts';
import { loadFormat, recognise } from '../../intake/formats.ts';
import { openTabText } from '../../intake/pgs/open.ts';
import { openVcf } from '../../intake/vcf/open.ts';
import { fileOf } from '../../intake/vcf/testing.ts';
import { runAll } from '../../knowledge/testing.ts';

export interface FileRun {
  sources: Source[];
  findings: FindingDraft[];
  artifacts: ArtifactDraft[];
  issues: Issue[];
  refused: Issue[];
}

/** Files through recognition and reader, then one analysis on what they became, as a work-up of one patient would. */
export async function runOnFiles(analysis: Analysis, files: Record<string, string>): Promise<FileRun> {
  const sources: Source[] = [];
  const refused: Issue[] = [];
  for (const [path, content] of Object.entries(files)) {
    const file = fileOf(content, path);
    const format = await loadFormat(recognise(file)!.id);
    const read = await format.read(file, defaultLimits);
    if ('refused' in read) {
      refused.push(read.refused);
      continue;
    }
    const { drafts } = format.assemble([{ path, piece: read.piece }]);
    for (const [index, { source }] of drafts.entries()) {
      const id = `${path}-${index}`;
      sources.push({ ...source, kind: 'source', id, subject: 's1', import: 'i', blob: '0'.repeat(64) });
    }
  }
  const sourceOf = (id: string) => sources.find((one) => one.id === id)!;
  const blobsOf = (id: string) => ({ bytes: async () => Buffer.from(files[sourceOf(id).path]!) });
  const artifacts: ArtifactDraft[] = [];
  const findings: FindingDraft[] = [];
  const issues: Issue[] = [];
  const emit: RunContext['emit'] = {
    finding: (draft) => findings.push(draft),
    artifact: (draft) => `art-${artifacts.push(draft)}`,
    issue: (one) => issues.push(one),
  };
  const offers: Partial<RunContext> = {
    openVariants: (id) => openVcf(sourceOf(id), blobsOf(id)),
    openTable: (id) => openTabText(sourceOf(id), blobsOf(id)),
    emit,
  };
  await runAll(analysis, dossierOf({ sources }), offers);
  return { sources, findings, artifacts, issues, refused };
}
