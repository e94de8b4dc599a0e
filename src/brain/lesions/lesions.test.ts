import { describe, expect, it } from 'vitest';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { halfRigid } from './alignVisits.ts';
import { smoothField } from './smoothField.ts';
import { studyChange } from './studyChange.ts';
import { diceOf, studyVisit, type VisitInput, type VisitStudy } from './studyVisit.ts';
import { type TestHead, type TestLesion, testHead } from './testHead.ts';
import { normalTissue } from './tissue.ts';

const lesions: TestLesion[] = [
  { centreRasMm: [32, 18, 20], radiusMm: 10 },
  { centreRasMm: [-34, -20, 18], radiusMm: 9 },
  { centreRasMm: [32, -36, -14], radiusMm: 9 },
];
const fresh: TestLesion = { centreRasMm: [-32, 32, 6], radiusMm: 9 };

function input({ grid, flair, t1 }: TestHead, more: Partial<VisitInput> = {}): VisitInput {
  return { flair: { grid, values: flair }, t1: { grid, values: t1 }, contrast: 'FLAIR', place: 'head', ...more };
}

function study(head: TestHead, more: Partial<VisitInput> = {}): VisitStudy {
  const found = studyVisit(input(head, more));
  if ('refused' in found) throw new Error(found.refused.message);
  return found;
}

const codeOf = (found: ReturnType<typeof studyVisit>): string | undefined =>
  'refused' in found ? found.refused.code : undefined;

const head = testHead(lesions);
let found: VisitStudy | undefined;
/** The visit that both groups look at, once. */
const first = (): VisitStudy => (found ??= study(head));

describe('lesions of one visit', () => {
  it('finds those in white matter by T1 and FLAIR, and says what was left out', () => {
    const { lesions: found, model } = first();
    expect(model?.classesBy).toBe('t1');
    expect(found.lesions).toHaveLength(3);
    expect(diceOf(found.mask, head.truth)).toBeGreaterThan(0.85);
    expect(found.lowMl).toBeLessThanOrEqual(found.volumeMl);
    expect(found.highMl).toBeGreaterThanOrEqual(found.volumeMl);
  });

  it('takes a mask that was given as it is, whatever becomes of its own', () => {
    const other = study(head, { given: head.truth, contrast: 'T2w' });
    const voxelMl = 0.036;
    expect(other.lesions.volumeMl).toBeCloseTo(head.truth.reduce((sum, one) => sum + one, 0) * voxelMl, 6);
    expect(other.model).toBeUndefined();
    expect(other.issues).toMatchObject([{ code: 'flair-contrast', severity: 'warning' }]);
  });

  it.each([
    ['another contrast', { contrast: 'T2w' }, 'flair-contrast'],
    ['missing slices', { missingSlices: new Set([3]) }, 'slice-missing'],
    ['a T1 image in its place', { flair: { grid: head.grid, values: head.t1 } }, 'flair-contrast'],
    [
      'nothing at all',
      { flair: { grid: head.grid, values: new Float32Array(head.flair.length) } },
      'brain-mask-implausible',
    ],
    ['a brain that is none', { brain: head.truth }, 'brain-mask-implausible'],
  ])('refuses %s', (_, more, code) => {
    expect(codeOf(studyVisit(input(head, more)))).toBe(code);
  });

  it('refuses a scan that ends within the brain, and time points', () => {
    const [ni, nj, nk] = head.grid.shape;
    const slices = Math.round(nk * 0.6);
    const cut = { ...head.grid, shape: [ni, nj, slices, 1] as TestHead['grid']['shape'] };
    const values = head.flair.slice(0, ni * nj * slices);
    expect(codeOf(studyVisit(input(head, { flair: { grid: cut, values } })))).toBe('brain-not-covered');
    const series = { ...head.grid, shape: [ni, nj, nk, 4] as TestHead['grid']['shape'] };
    expect(codeOf(studyVisit(input(head, { flair: { grid: series, values: head.flair }, given: head.truth })))).toBe(
      'flair-unsuitable',
    );
  });
});

describe('lesions of two visits', () => {
  const before = first();
  const two = (head: TestHead) => {
    const later = study(head);
    const found = studyChange(
      { model: before.model!, lesions: before.lesions.mask },
      { model: later.model!, lesions: later.lesions.mask },
      { place: 'two' },
    );
    if ('refused' in found) throw new Error(found.refused.message);
    const count = Object.fromEntries(found.totals.map(({ change, lesions: n }) => [change, n]));
    return { ...found, count };
  };
  const place = { seed: 2, turn: 5, shiftMm: [4, -3, 5] };

  it('are new, enlarged and resolved', () => {
    const later = [{ ...lesions[0]!, radiusMm: 13 }, lesions[1]!, fresh];
    const { count, totals, aligned } = two(testHead(later, place));
    expect(aligned.turnDeg).toBeCloseTo(5, 0);
    expect(Math.abs(aligned.shiftMm - Math.hypot(4, 3, 5))).toBeLessThan(1);
    expect(count).toEqual({ new: 1, enlarged: 1, shrunk: 0, resolved: 1, stable: 1, unconfirmed: 0 });
    const fresher = totals.find(({ change }) => change === 'new')!;
    expect(fresher.volumeMl).toBeGreaterThan(0.6 * 3.05);
    expect(fresher.volumeMl).toBeLessThan(1.4 * 3.05);
    expect(fresher.lowMl).toBeLessThanOrEqual(fresher.volumeMl);
  }, 120_000);

  it('are not compared with what is no head', () => {
    const model = { ...before.model!, corrected: before.model!.corrected.map((_, at) => ((at * 7919) % 101) / 100) };
    const found = studyChange(
      { model: before.model!, lesions: before.lesions.mask },
      { model, lesions: before.lesions.mask },
      { place: 'two' },
    );
    expect('refused' in found && found.refused.code).toMatch(/^visits-/);
  });
});

describe('the parts', () => {
  it('half of a rigid map, done twice, is the map', () => {
    const angle = 0.2;
    const m = [
      Math.cos(angle),
      -Math.sin(angle),
      0,
      5,
      Math.sin(angle),
      Math.cos(angle),
      0,
      -2,
      0,
      0,
      1,
      7,
      0,
      0,
      0,
      1,
    ];
    const { affine, turnDeg } = halfRigid(m, [10, 20, 30]);
    const twice = multiply(affine, affine);
    for (const [at, value] of m.entries()) expect(twice[at]).toBeCloseTo(value, 9);
    expect(turnDeg).toBeCloseTo((0.2 * 180) / Math.PI, 9);
    expect(apply(multiply(invert(affine), m), [1, 2, 3])[0]).toBeCloseTo(apply(affine, [1, 2, 3])[0], 9);
  });

  it('a field is found under outliers', () => {
    const size = [20, 20, 20] as const;
    const all = Int32Array.from({ length: 8000 }, (_, at) => at);
    const truth = (at: number): number => 0.3 * (at % 20) * 0.1 - 0.002 * Math.floor(at / 400) ** 2;
    const field = smoothField(all, (at) => truth(at) + (at % 9 === 0 ? 3 : 0), size)!;
    for (const at of [0, 777, 4444, 7999]) expect(field(at) - field(4210)).toBeCloseTo(truth(at) - truth(4210), 6);
  });

  it('normal tissue is not moved by lesions', () => {
    const values = Float32Array.from({ length: 20_000 }, (_, at) => {
      const u = ((at * 7919) % 10_007) / 10_007 + ((at * 104_729) % 10_009) / 10_009 + ((at * 31) % 997) / 997;
      return at % 10 === 0 ? 3 : 1 + 0.2 * (u - 1.5);
    });
    const found = normalTissue(values)!;
    expect(found.mean).toBeCloseTo(1, 2);
    expect(found.sd).toBeCloseTo(0.1, 2);
  });
});
