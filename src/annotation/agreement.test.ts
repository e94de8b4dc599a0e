import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunContext } from '../dossier/analysis.ts';
import type { ArtifactDraft } from '../dossier/artifact.ts';
import type { Entry } from '../dossier/entry.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { Grid } from '../dossier/grid.ts';
import type { Issue } from '../dossier/issue.ts';
import { agreement } from './agreement.ts';
import { majority, staple, votesOf } from './consensus.ts';
import type { AnnotationContent } from './contents.ts';
import { icc21 } from './icc.ts';
import { dice, jaccard, kappa, overlapOf } from './overlap.ts';
import { surfaceAgreement } from './surfaceAgreement.ts';
import { grid, withEntries } from './testing.ts';

interface Drawing {
  reader: string;
  voxels: number[];
  on?: Grid;
  startedFrom?: string;
}

async function compare(drawings: Drawing[]) {
  const masks = new Map<string, { grid: Grid; mask: Uint8Array }>();
  const entries = drawings.map(({ reader, voxels, on = grid, startedFrom }, index): Entry => {
    const id = `entry-${index}`;
    const mask = new Uint8Array(on.shape[0] * on.shape[1] * on.shape[2]);
    for (const at of voxels) mask[at] = 1;
    masks.set(id, { grid: on, mask });
    const content: AnnotationContent = {
      ...{ image: 'src-flair', region: 'Lesion', tool: 'brush', mask: '0'.repeat(64), voxels: voxels.length },
      ...{ volumeMm3: 0, shape: [on.shape[0], on.shape[1], on.shape[2]] },
      ...(startedFrom !== undefined && { startedFrom }),
    };
    const at = `2026-04-0${index + 1}`;
    return {
      ...{ kind: 'entry', id, subject: 's1', type: 'annotation', author: reader, role: 'clinician', at, content },
      targets: [],
    };
  });
  const dossier = withEntries(entries);
  const findings: FindingDraft[] = [];
  const artifacts: ArtifactDraft[] = [];
  const issues: Issue[] = [];
  const context = {
    dossier,
    emit: {
      finding: (one: FindingDraft) => findings.push(one),
      artifact: (one: ArtifactDraft) => `art-${artifacts.push(one)}`,
      issue: (one: Issue) => issues.push(one),
    },
    openRegion: async (id: string) => ({ type: 'mask', ...masks.get(id)! }),
    progress: () => {},
  } as unknown as RunContext;
  const { selections } = agreement.select(dossier);
  for (const { inputs, options } of selections) await agreement.run(inputs, options ?? {}, context);
  const value = (code: string, reader?: string) =>
    findings.find((one) => one.measure.code === code && (reader === undefined || one.reader === reader))?.value;
  return { findings, artifacts, issues, value, selections };
}

describe('agreement of regions', () => {
  it('needs two readings', async () => {
    expect((await compare([{ reader: 'a', voxels: [1] }])).selections).toEqual([]);
  });

  it('compares one voxel with one voxel', async () => {
    const { value } = await compare([
      { reader: 'a', voxels: [0] },
      { reader: 'b', voxels: [2] },
    ]);
    expect(value('agreement-dice')).toEqual({ type: 'quantity', value: 0, unit: '1' });
    for (const code of ['agreement-mean-surface-distance', 'agreement-hausdorff-95', 'agreement-hausdorff'])
      expect(value(code)).toEqual({ type: 'quantity', value: 2, unit: 'mm' });
  });

  it('says that two readers see nothing instead of giving a number', async () => {
    const { value, artifacts } = await compare([
      { reader: 'a', voxels: [] },
      { reader: 'b', voxels: [] },
    ]);
    expect(value('agreement-dice')).toEqual({ type: 'refused', reason: 'masks-both-empty' });
    expect(value('agreement-kappa')).toEqual({ type: 'refused', reason: 'kappa-undefined' });
    expect(value('agreement-hausdorff')).toEqual({ type: 'refused', reason: 'mask-empty' });
    expect(value('agreement-volume-difference')).toMatchObject({ value: 0 });
    expect(artifacts).toEqual([]);
  });

  it('refuses readings on different grids, and leaves the stray one out of the consensus', async () => {
    const shifted = { ...grid, affineRas: grid.affineRas.map((value, at) => (at === 3 ? value + 1 : value)) };
    const { value, artifacts, issues } = await compare([
      { reader: 'a', voxels: [1, 2], on: shifted },
      { reader: 'b', voxels: [1, 2] },
      { reader: 'c', voxels: [2, 3] },
    ]);
    expect(value('agreement-dice', 'a and b')).toEqual({ type: 'refused', reason: 'grids-differ' });
    expect(value('agreement-dice', 'b and c')).toMatchObject({ value: 0.5 });
    expect(issues.map(({ code }) => code)).toEqual(['consensus-incomplete']);
    expect(artifacts.map(({ role }) => role)).toEqual(['annotation-majority', 'annotation-staple']);
  });

  it('measures no surfaces on skewed axes', async () => {
    const skewed = { ...grid, affineRas: grid.affineRas.map((value, at) => (at === 1 ? 0.3 : value)) };
    const { value } = await compare([
      { reader: 'a', voxels: [1, 2], on: skewed },
      { reader: 'b', voxels: [2], on: skewed },
    ]);
    expect(value('agreement-dice')).toMatchObject({ value: expect.closeTo(2 / 3, 12) });
    expect(value('agreement-hausdorff')).toEqual({ type: 'refused', reason: 'grid-skewed' });
  });

  it('says when readers began from the same draft', async () => {
    const { findings } = await compare([
      { reader: 'a', voxels: [1, 2], startedFrom: 'art-draft' },
      { reader: 'b', voxels: [2], startedFrom: 'art-draft' },
    ]);
    const dice = findings.find(({ measure }) => measure.code === 'agreement-dice');
    expect(dice!.issues.map(({ code }) => code)).toEqual(['readings-not-independent']);
  });

  it('compares the repeats of one reader, and counts the last one only', async () => {
    const { value, findings } = await compare([
      { reader: 'a', voxels: [1, 2, 3, 4] },
      { reader: 'a', voxels: [3, 4] },
      { reader: 'b', voxels: [3, 4] },
    ]);
    expect(value('agreement-dice', 'a, readings 1 and 2')).toMatchObject({ value: expect.closeTo(2 / 3, 12) });
    expect(value('agreement-dice', 'a and b')).toMatchObject({ value: 1 });
    expect(findings.filter(({ measure }) => measure.code === 'reader-sensitivity')).toHaveLength(2);
  });
});

const size = [4, 3, 2] as const;
const masks = (count: number) =>
  fc.array(
    fc.array(fc.constantFrom(0, 1), { minLength: 24, maxLength: 24 }).map((bits) => Uint8Array.from(bits)),
    { minLength: count, maxLength: 5 },
  );

describe('numbers of agreement', () => {
  it('lie in their ranges, and do not hang on who comes first', () => {
    fc.assert(
      fc.property(masks(2), ([a, b]) => {
        const [there, back] = [overlapOf(a!, b!, 100), overlapOf(b!, a!, 100)];
        for (const measure of [dice, jaccard, kappa]) {
          expect(measure(there)).toBe(measure(back));
          if (measure(there) !== undefined) expect(Math.abs(measure(there)!)).toBeLessThanOrEqual(1);
        }
        const surfaces = surfaceAgreement(a!, b!, size, [1, 2, 0.5]);
        expect(surfaceAgreement(b!, a!, size, [1, 2, 0.5])).toEqual(surfaces);
        if (surfaces) {
          expect(surfaces.meanMm).toBeLessThanOrEqual(surfaces.hausdorffMm);
          expect(surfaces.hausdorff95Mm).toBeLessThanOrEqual(surfaces.hausdorffMm);
        }
        expect(surfaceAgreement(a!, a!, size, [1, 2, 0.5])?.hausdorffMm ?? 0).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('of a consensus hold what all readers marked, and nothing that nobody did', () => {
    fc.assert(
      fc.property(masks(2), (all) => {
        const votes = votesOf(all, 24);
        const estimate = staple(votes);
        for (let at = 0; at < 24; at++) {
          const count = all.filter((mask) => mask[at] === 1).length;
          expect(majority(votes)[at]).toBe(2 * count > all.length ? 1 : 0);
          if (count === 0 && estimate) expect(estimate.mask[at]).toBe(0);
        }
        for (const share of [...(estimate?.sensitivity ?? []), ...(estimate?.specificity ?? [])]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of STAPLE are one where all readers agree', () => {
    const mask = Uint8Array.of(0, 1, 1, 0);
    expect(staple(votesOf([mask, mask, mask], 10))).toEqual({
      mask,
      sensitivity: [1, 1, 1],
      specificity: [1, 1, 1],
      converged: true,
    });
  });

  it('of an ICC are none where nothing varies, and one without interval where readers are equal', () => {
    expect(
      icc21([
        [2, 2],
        [2, 2],
      ]),
    ).toBeUndefined();
    expect(
      icc21([
        [1, 1],
        [2, 2],
        [4, 4],
      ]),
    ).toEqual({ value: 1, interval: undefined, targets: 3, readers: 2 });
  });
});
