import type { FindingDraft } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { polygenic } from '../../genomics/polygenic/polygenic-analysis.ts';
import { defaultLimits, type InputFile } from '../../intake/format.ts';
import { pgsFormat } from '../../intake/pgs/format.ts';
import { openTabText } from '../../intake/pgs/open.ts';
import { openVcf } from '../../intake/vcf/open.ts';
import { fileOf } from '../../intake/vcf/testing.ts';
import { runAll } from '../../knowledge/testing.ts';

/** A file that a test imports without a store. */
export interface TestFile {
  file: InputFile;
  content: Buffer;
}

export function testFile(content: string | Buffer, path: string): TestFile {
  return { file: fileOf(content, path), content: Buffer.from(content) };
}

/** Runs scores on one sample of a genome as a work-up would: files through their reader, then the analysis. */
export async function scoreOn(
  genome: { content: string | Buffer; sample: string },
  files: readonly TestFile[],
): Promise<{ findings: FindingDraft[]; issues: Issue[]; refused: Issue[]; missing: Issue[] }> {
  const contents = new Map<string, Buffer>([['genome', Buffer.from(genome.content)]]);
  const common = { kind: 'source' as const, subject: 's1', import: 'import', blob: '0'.repeat(64) };
  const sources: Source[] = [
    {
      ...common,
      id: 'genome',
      format: 'vcf',
      locator: { sample: genome.sample },
      path: 'a.vcf',
      modality: 'genome',
      metadata: {},
      issues: [],
    },
  ];
  const refused: Issue[] = [];
  for (const { file, content } of files) {
    const read = await pgsFormat.read(file, defaultLimits);
    if ('refused' in read) {
      refused.push(read.refused);
      continue;
    }
    const { drafts } = pgsFormat.assemble([{ path: file.path, piece: read.piece }]);
    for (const { source } of drafts) {
      sources.push({ ...common, ...source, id: file.path, issues: read.issues });
      contents.set(file.path, content);
    }
  }
  const blobsOf = (id: string) => ({ bytes: async () => contents.get(id)! });
  const sourceOf = (id: string) => sources.find((one) => one.id === id)!;
  const outcome = await runAll(polygenic, dossierOf({ sources }), {
    openVariants: (id) => openVcf(sourceOf(id), blobsOf(id)),
    openTable: (id) => openTabText(sourceOf(id), blobsOf(id)),
  });
  return { ...outcome, refused };
}
