import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Blob, Source } from '../dossier/source.ts';
import type { Reader } from '../dossier/store.ts';
import type { InputFile } from './format.ts';
import { manifestType, planSources } from './planSources.ts';
import type { PreparedSource } from './prepare.ts';
import { recordsOf } from './records.ts';

/** A series of files that are named by their content. */
function series(...contents: string[]): PreparedSource {
  const members = contents.map((content) => ({
    file: { path: content, bytes: 1 } as InputFile,
    sha256: sha256(content),
  }));
  const manifest = canonicalJson({
    manifest: 1,
    members: members.map(({ file, sha256 }) => ({ path: file.path, sha256, bytes: 1 })),
  });
  const source = {
    format: 'dicom-series' as const,
    locator: { series: '1.2', volume: '0' },
    path: contents[0]!,
    modality: 'MR',
    metadata: {},
    issues: [],
  };
  const draft = { source, files: contents, facts: [], regions: [] };
  return { draft, blob: sha256(manifest), manifest: Buffer.from(manifest), members };
}

/** A store that takes in what was planned, as far as planning looks at it. */
function memory() {
  const versions: Source[] = [];
  const manifests = new Map<string, Uint8Array>();
  const replaced = () => new Set(versions.map(({ supersedes }) => supersedes));
  const latest = () => [...new Map(versions.map((one) => [one.id, one])).values()];
  const list = async (_subject: string, kind: string, options: { history?: boolean } = {}) => {
    if (kind === 'blob')
      return [...manifests.keys()].map((hash) => ({ sha256: hash, mediaType: manifestType }) as Blob);
    return options.history ? versions : latest().filter(({ id }) => !replaced().has(id));
  };
  const reader = { list, blob: async (_subject: string, hash: string) => manifests.get(hash)! } as unknown as Reader;
  return async (...prepared: PreparedSource[]) => {
    const plan = await planSources(prepared, 'S1', reader);
    for (const { prepared: one, supersedes, chained } of plan.sources) {
      manifests.set(one.blob, one.manifest!);
      versions.push(...chained, recordsOf(one, 'S1', 'import-1', supersedes).source);
    }
    return {
      added: plan.sources.filter(({ isNew }) => isNew).length,
      duplicates: plan.duplicates.length + plan.sources.filter(({ isNew }) => !isNew).length,
      superseded: plan.superseded.length,
      issues: plan.issues.map(({ code }) => code),
      current: latest().filter(({ id }) => !replaced().has(id)).length,
    };
  };
}

describe('planSources', () => {
  it('lets a series that grew replace the smaller one, and the smaller one add nothing', async () => {
    const take = memory();
    await take(series('a', 'b'));
    expect(await take(series('a', 'b', 'c'))).toMatchObject({ added: 1, superseded: 1, current: 1 });
    expect(await take(series('a', 'b'))).toMatchObject({ added: 0, duplicates: 1, current: 1 });
    expect(await take(series('b', 'c'))).toMatchObject({ added: 0, duplicates: 1, current: 1 });
    expect(await take(series('a', 'b', 'c'))).toMatchObject({ added: 0, duplicates: 1, superseded: 0, current: 1 });
  });

  it('keeps parts that do not contain each other apart, and lets the whole replace both', async () => {
    const take = memory();
    await take(series('a', 'b'));
    expect(await take(series('b', 'c'))).toMatchObject({
      added: 1,
      superseded: 0,
      issues: ['series-in-parts'],
      current: 2,
    });
    expect(await take(series('a', 'b', 'c'))).toMatchObject({ added: 1, superseded: 2, issues: [], current: 1 });
    for (const part of [series('a', 'b'), series('b', 'c'), series('a', 'b', 'c')]) {
      expect(await take(part)).toMatchObject({ added: 0, duplicates: 1, current: 1 });
    }
  });

  it('counts the same source twice in one import once', async () => {
    expect(await memory()(series('a', 'b'), series('a', 'b'))).toMatchObject({ added: 1, duplicates: 1 });
  });
});
