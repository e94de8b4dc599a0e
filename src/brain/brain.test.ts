import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headGrid, headPhantom } from '../../examples/phantoms/head.ts';
import { installTinySegmenter } from '../../examples/tiny-segmenter/install.ts';
import type { InstalledPack } from '../dossier/analysis.ts';
import type { Grid } from '../dossier/grid.ts';
import { issue } from '../dossier/issue.ts';
import { installedPack } from '../packs/registry.ts';
import { analyses } from './analyses.ts';
import { touchedFaces } from './coverage.ts';
import { findMidplane } from './midplane.ts';
import { checkOrientation } from './orientation.ts';
import { selectT1 } from './selectT1.ts';
import { runOnVolume, type TestOutcome, type TestVolume, testDossier, testSource } from './testRun.ts';

const directory = mkdtempSync(join(tmpdir(), 'idiograph-brain-'));
const packs = new Map<string, InstalledPack>();
const phantom = headPhantom();

beforeAll(async () => {
  await installTinySegmenter(directory);
  packs.set('tiny-segmenter', (await installedPack('tiny-segmenter', directory))!);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The phantom as it is painted: i to the left, j to the back, middle at the origin; `cutTop` slices are missing above. */
function head(cutTop = 0): TestVolume {
  const [ni, nj, nk] = headGrid.shape;
  const grid: Grid = {
    shape: [ni, nj, nk - cutTop, 1],
    affineRas: [-1, 0, 0, (ni - 1) / 2, 0, -1, 0, (nj - 1) / 2, 0, 0, 1, -(nk - 1) / 2, 0, 0, 0, 1],
  };
  return { grid, data: Float32Array.from(phantom.values.subarray(0, ni * nj * (nk - cutTop))) };
}

function quantity(outcome: TestOutcome, measure: string, site?: string): number | undefined {
  const found = outcome.findings.find((one) => one.measure.code === measure && one.site?.code === site);
  return found?.value.type === 'quantity' ? found.value.value : undefined;
}

describe('brain analyses on the phantom', () => {
  let outcome: TestOutcome;
  beforeAll(async () => {
    outcome = await runOnVolume(analyses, head(), packs, { synthetic: true });
  }, 120_000);

  it('find the volumes that were painted', () => {
    const part = (...names: string[]): number => names.reduce((sum, name) => sum + phantom.parts.get(name)!, 0);
    const within = (measure: string, site: string, ml: number): void => {
      expect(Math.abs(quantity(outcome, measure, site)! / ml - 1), `${site} ${ml} mL`).toBeLessThan(0.005);
    };
    within('brain-volume', 'lateral-ventricle', part('left ventricle', 'right ventricle'));
    within('brain-volume', 'putamen', part('left nucleus', 'right nucleus'));
    within('brain-volume', 'cerebral-cortex', part('grey shell'));
    within('tissue-volume', 'white-matter', part('white core'));
    within('tissue-volume', 'gray-matter', part('grey shell', 'left nucleus', 'right nucleus'));
  });

  it('tell left from right', () => {
    const left = phantom.parts.get('left ventricle')!;
    const right = phantom.parts.get('right ventricle')!;
    expect(quantity(outcome, 'brain-volume-asymmetry', 'lateral-ventricle')).toBeCloseTo(
      (200 * (left - right)) / (left + right),
      0,
    );
    expect(quantity(outcome, 'brain-volume-asymmetry', 'putamen')).toBeCloseTo(0, 0);
  });

  it('refuse halves of what meets the midline', () => {
    const cortex = outcome.findings.find(
      (one) => one.measure.code === 'brain-volume-asymmetry' && one.site?.code === 'cerebral-cortex',
    );
    expect(cortex?.value).toEqual({ type: 'refused', reason: 'structure-meets-midline' });
  });

  it('name the network on every volume, say that there is no reference, and give no thickness', () => {
    // The registration has no template here and refuses; it measures no volume.
    const measured = outcome.findings.filter(({ measure }) => !measure.code.startsWith('template-'));
    expect(measured.length).toBeGreaterThan(10);
    for (const finding of measured) {
      expect(finding.methodNote).toMatch(/tiny-segmenter-tiny@[0-9a-f]{12}/);
      expect(finding.norm).toBeUndefined();
      if (finding.value.type === 'quantity') expect(finding.issues.map(({ code }) => code)).toContain('no-norm');
      expect(finding.measure.code).not.toMatch(/thick/);
    }
  });

  it('leave the label map, the conformed volume and a picture', () => {
    expect(outcome.artifacts.map(({ role, type }) => `${role} ${type}`)).toEqual([
      't1-conformed image',
      'segmentation-18 labelmap',
      'snapshot picture',
    ]);
  });

  it('give the same bits at a second run', async () => {
    const again = await runOnVolume(analyses, head(), packs, { synthetic: true });
    expect(again.findings).toEqual(outcome.findings);
    again.artifacts.forEach(({ bytes }, at) => {
      expect(Buffer.from(bytes).equals(outcome.artifacts[at]!.bytes)).toBe(true);
    });
  }, 120_000);

  it('say so when the brain reaches the edge of the scan', async () => {
    const cut = await runOnVolume(analyses, head(30), packs, { synthetic: true });
    const finding = cut.findings.find((one) => one.measure.code === 'brain-volume' && one.site?.code === 'brain');
    expect(finding?.issues.find(({ code }) => code === 'brain-at-edge')?.message).toMatch(/top/);
  }, 120_000);
});

describe('brain.segmentation', () => {
  it('never lets the tiny network label a real person', async () => {
    const outcome = await runOnVolume(analyses, head(), packs);
    expect(outcome.artifacts).toEqual([]);
    expect(outcome.findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'pack-missing' }]);
    expect(outcome.issues[0]).toMatchObject({
      code: 'pack-missing',
      remedy: 'idiograph packs add meshnet-18 --from DIR',
    });
  });

  it('refuses a volume without contrast and one without a brain', async () => {
    const even = head();
    even.data.fill(7);
    expect((await runOnVolume(analyses, even, packs, { synthetic: true })).issues[0]?.code).toBe('image-constant');
    const ball = head();
    ball.data.forEach((_, at) => {
      ball.data[at] = at % 160 > 70 && at % 160 < 90 && Math.abs((Math.floor(at / 160) % 200) - 100) < 10 ? 110 : 0;
    });
    expect((await runOnVolume(analyses, ball, packs, { synthetic: true })).issues[0]?.code).toBe('brain-not-found');
  }, 120_000);

  it('gives no volume of a brain that is dark beside its skin', async () => {
    const { grid, data } = head();
    const [ni, nj] = grid.shape;
    const air = (at: number) => (data[at] ?? 0) < 20;
    const near = [1, 2, 3].flatMap((step) => [1, ni, ni * nj].flatMap((one) => [step * one, -step * one]));
    const bright = data.map((value, at) => (value >= 20 && near.some((step) => air(at + step)) ? 250 : value / 4));
    const outcome = await runOnVolume(analyses, { grid, data: bright }, packs, { synthetic: true });
    const values = outcome.findings.filter(({ measure }) => /volume|asymmetry/.test(measure.code));
    expect(values.length).toBeGreaterThan(0);
    for (const one of values) expect(one).toMatchObject({ value: { type: 'refused', reason: 'brain-brightened' } });
  }, 60_000);

  it('reads voxels that are no numbers as 0 and says how many', async () => {
    const holed = head();
    holed.data[5] = Number.NaN;
    holed.data[6] = Number.POSITIVE_INFINITY;
    const { artifacts } = await runOnVolume(analyses.slice(0, 1), holed, packs, { synthetic: true });
    expect(artifacts[0]?.issues.find(({ code }) => code === 'voxels-not-finite')?.message).toMatch(/^2 voxels/);
  }, 120_000);

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(runOnVolume(analyses, head(), packs, { synthetic: true, signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  }, 120_000);
});

describe('selectT1', () => {
  const whole = { dim: [3, 256, 256, 180, 1, 1, 1, 1], pixdim: [1, 1, 1, 1, 0, 0, 0, 0] };
  const at = (id: string, change: Parameters<typeof testSource>[0] = {}) =>
    testSource({ id, acquiredAt: '2026-01-02T10:00:00', metadata: whole, ...change });
  const chosen = (...sources: ReturnType<typeof at>[]): string[] =>
    selectT1(testDossier(sources)).selections.map(({ inputs }) => inputs['t1']![0]!);

  it('takes one volume a day: stated contrast, no agent, finest', () => {
    const coarse = at('coarse', { metadata: { ...whole, pixdim: [1, 1, 1, 2, 0, 0, 0, 0] } });
    expect(
      chosen(
        coarse,
        at('agent', { description: 't1 mprage post gd' }),
        at('plain'),
        at('unknown', { contrast: 'unknown' }),
      ),
    ).toEqual(['plain']);
    expect(chosen(at('first'), at('later', { acquiredAt: '2026-03-02' }))).toEqual(['first', 'later']);
  });

  it('takes a whole volume of unknown contrast where nothing better is there, and no other contrast', () => {
    expect(chosen(at('unknown', { contrast: 'unknown' }))).toEqual(['unknown']);
    expect(chosen(at('flair', { contrast: 'FLAIR' }), at('labels', { contrast: 'labels', modality: 'OT' }))).toEqual(
      [],
    );
  });

  it('says what is missing or unsuitable', () => {
    const codes = (...sources: ReturnType<typeof at>[]): string[] =>
      selectT1(testDossier(sources)).missing.map(({ code }) => code);
    expect(codes()).toEqual(['no-t1']);
    const thick = { layout: { shape: [256, 256, 20, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 6, 0, 0, 0, 0, 1] } };
    expect(codes(at('thick', { metadata: thick }))).toEqual(['t1-unsuitable']);
    expect(codes(at('series', { metadata: { ...whole, dim: [4, 256, 256, 180, 20, 1, 1, 1] } }))).toEqual([
      't1-unsuitable',
    ]);
    expect(codes(at('slab', { metadata: { ...whole, dim: [3, 256, 256, 60, 1, 1, 1, 1] } }))).toEqual([
      't1-unsuitable',
    ]);
  });
});

describe('geometry of the head', () => {
  it('finds a midplane that is shifted and tilted', () => {
    const n = 64;
    const grid: Grid = { shape: [n, n, n, 1], affineRas: [2, 0, 0, -63, 0, 2, 0, -63, 0, 0, 2, -63, 0, 0, 0, 1] };
    const tilt = (5 * Math.PI) / 180;
    const image = new Uint8Array(n ** 3);
    let at = 0;
    for (let k = 0; k < n; k++)
      for (let j = 0; j < n; j++)
        for (let i = 0; i < n; i++, at++) {
          const [x, y, z] = [2 * i - 63 - 3, 2 * j - 63, 2 * k - 63];
          const across = x * Math.cos(tilt) + y * Math.sin(tilt);
          const along = -x * Math.sin(tilt) + y * Math.cos(tilt);
          if ((across / 45) ** 2 + (along / 58) ** 2 + (z / 48) ** 2 > 1) continue;
          image[at] = 120 + 60 * Math.cos(across / 9) + 30 * Math.sin(along / 11) + z / 4;
        }
    const plane = findMidplane(image, image, grid)!;
    const angle = (Math.atan2(plane.normal[1], plane.normal[0]) * 180) / Math.PI;
    expect(Math.abs(angle - 5)).toBeLessThan(1);
    expect(Math.abs(plane.offsetMm - 3 * Math.cos(tilt))).toBeLessThan(0.5);
    expect(plane.symmetry).toBeGreaterThan(0.97);
  });

  it('has no midplane without a brain', () => {
    const grid: Grid = { shape: [4, 4, 4, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    expect(findMidplane(new Uint8Array(64), new Uint8Array(64), grid)).toBeUndefined();
  });

  it('names faces after the patient, whatever the order of the axes', () => {
    const labels = new Uint8Array(27);
    labels[13] = 1;
    labels[14] = 1;
    const ras: Grid = { shape: [3, 3, 3, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    expect(touchedFaces(labels, ras, ras)).toEqual([{ face: 'right', voxels: 1 }]);
    const lia: Grid = { shape: [3, 3, 3, 1], affineRas: [-1, 0, 0, 2, 0, 0, 1, 0, 0, -1, 0, 2, 0, 0, 0, 1] };
    expect(touchedFaces(labels, ras, lia)).toEqual([{ face: 'right', voxels: 1 }]);
  });

  it('passes on doubts about the sides and never calls them verified', () => {
    const grid = { affineRas: [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    const good = checkOrientation(grid, { format: 'nifti', issues: [] });
    expect(good.code.code).toBe('sides-as-stated');
    expect(good.says).toMatch(/LAS, left-handed/);
    expect(good.issues.map(({ code }) => code)).toEqual(['laterality-not-verifiable']);
    const doubtful = checkOrientation(grid, {
      format: 'nifti',
      issues: [issue('warning', 'nifti-forms-disagree', 'x')],
    });
    expect(doubtful.code.code).toBe('sides-doubtful');
    expect(doubtful.issues[0]?.severity).toBe('warning');
  });
});
