import { describe, expect, it } from 'vitest';
import { testDossier, testSource } from '../../brain/testRun.ts';
import { listImages } from './list.ts';

const metadata = { dim: [3, 64, 64, 40, 1, 1, 1, 1], pixdim: [1, 1, 1, 1, 1, 1, 1, 1] };
const scan = (id: string, path: string, more = {}) => testSource({ id, path, metadata, description: 'head', ...more });
const titles = (sources: ReturnType<typeof scan>[], named: boolean) =>
  listImages(testDossier(sources), { named }).images.map(({ title }) => title);

describe('images that would look alike in a list', () => {
  const visits = [scan('src-b', 'eva/second/t1.nii.gz'), scan('src-a', 'eva/first/t1.nii.gz')];

  it('are told apart by what differs in their paths', () => {
    expect(titles(visits, true)).toEqual(['MR T1w head · second/t1.nii.gz', 'MR T1w head · first/t1.nii.gz']);
  });

  it('are numbered, in one order, where no file may be named', () => {
    expect(titles(visits, false)).toEqual(['MR T1w (2 of 2)', 'MR T1w (1 of 2)']);
    expect(titles(visits.toReversed(), false)).toEqual(['MR T1w (1 of 2)', 'MR T1w (2 of 2)']);
  });

  it('of one file are numbered, and those that differ by day, size or description stay as they are', () => {
    expect(titles([scan('src-a', 'x.nii'), scan('src-b', 'x.nii')], true)).toEqual([
      'MR T1w head (1 of 2)',
      'MR T1w head (2 of 2)',
    ]);
    const apart = [
      scan('src-a', 'a.nii'),
      scan('src-b', 'b.nii', { acquiredAt: '2026-01-01' }),
      scan('src-c', 'c.nii', { description: 'after' }),
      scan('src-d', 'd.nii', { metadata: { ...metadata, dim: [3, 64, 64, 41, 1, 1, 1, 1] } }),
    ];
    expect(titles(apart, true)).toEqual(['MR T1w head', 'MR T1w head', 'MR T1w after', 'MR T1w head']);
  });
});
