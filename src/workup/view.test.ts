import { describe, expect, it } from 'vitest';
import type { Analysis } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import { type Entry, imagesOfEntries } from '../dossier/entry.ts';
import { dossierOf } from '../dossier/testing.ts';
import { dossierForSelect } from './view.ts';

const artifact = (id: string): Artifact => ({
  ...{ kind: 'artifact', id, subject: 's1', run: 'run-1', type: 'image', role: 'some-map', title: 'Map' },
  ...{
    blob: '0'.repeat(64),
    mediaType: 'application/gzip',
    fileName: 'map.nii.gz',
    issues: [],
    method: 'm',
    derivedFrom: [],
  },
});
const entry: Entry = {
  ...{
    kind: 'entry',
    id: 'entry-1',
    subject: 's1',
    type: 'annotation',
    author: 'a',
    role: 'clinician',
    at: '2026-04-01',
  },
  targets: ['art-1'],
};
const dossier = dossierOf({ artifacts: [artifact('art-1'), artifact('art-2')], entries: [entry] });
const seenBy = (takes: string[]) =>
  dossierForSelect({ takes } as unknown as Analysis, dossier).artifacts.map(({ id }) => id);

describe('what an analysis sees when it selects', () => {
  it('are artifacts of the roles that it takes', () => {
    expect(seenBy([])).toEqual([]);
    expect(seenBy(['some-map'])).toEqual(['art-1', 'art-2']);
  });

  it('are, for what works with statements of readers, the artifacts that these are about', () => {
    expect(seenBy([imagesOfEntries])).toEqual(['art-1']);
  });
});
