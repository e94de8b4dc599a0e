import { describe, expect, it } from 'vitest';
import type { Dossier, RunContext } from '../../dossier/analysis.ts';
import type { ArtifactDraft } from '../../dossier/artifact.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import { dossierOf } from '../../dossier/testing.ts';
import { apply, invert } from '../../voxels/affine.ts';
import { axialGrid, imageOf } from '../../voxels/testImage.ts';
import { carriedChange } from './carriedAnalysis.ts';

const side = 28;
const grid = axialGrid([side, side, side], [3, 3, 3], [40, 40, -40]);
/** The later visit lies 7 mm to the left, turned by 6 degrees. */
const turn = (6 * Math.PI) / 180;
const [c, s] = [Math.cos(turn), Math.sin(turn)];
const toLater = [c, -s, 0, -7, s, c, 0, 4, 0, 0, 1, 0, 0, 0, 0, 1];
const lesionAt = [12, -6, 3] as const;

type Place = readonly number[];
const inLesion = (p: Place): boolean => Math.hypot(p[0]! - lesionAt[0], p[1]! - lesionAt[1], p[2]! - lesionAt[2]) < 8;
const body = (p: Place): number =>
  Math.hypot(p[0]! / 34, p[1]! / 30, p[2]! / 32) > 1
    ? 0
    : 100 + 30 * Math.sin(p[0]! / 6) + 25 * Math.cos(p[1]! / 5) + 20 * Math.sin(p[2]! / 7 + p[0]! / 9);
const other = (p: Place): number => 100 + 50 * Math.sin(p[1]! / 3 + p[2]! / 4) * Math.cos(p[0]! / 4);
const sampled = (of: (p: Place) => number): Float32Array =>
  Float32Array.from({ length: side ** 3 }, (_, at) =>
    of(apply(grid.affineRas, [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)])),
  );
const later = (of: (p: Place) => number): Float32Array => sampled((p) => of(apply(invert(toLater), p as never)));

/** ADC in mm2/s, half as high again in the lesion at the later visit. */
const adc = (value: number) => (p: Place) => (inLesion(p) ? value : 0.7e-3);

function dossier(more: Partial<Dossier> = {}): Dossier {
  const map = (visit: 'a' | 'b', day: string) => ({
    ...{ kind: 'artifact', id: `map-${visit}`, type: 'image', role: 'adc-map', title: 'ADC', fileName: 'x', grid },
    ...{ time: `${day}T10:00:00`, derivedFrom: [`src-${visit}`], issues: [] },
  });
  const adcOfLesion = {
    ...{ kind: 'finding', id: 'find-a', measure: { system: 'idiograph', code: 'adc-mean', display: 'ADC' } },
    ...{ site: { system: 'region', code: 'Mass', display: 'Mass' }, region: 'reg-a', time: '2024-01-01T10:00:00' },
    ...{ value: { type: 'quantity', value: 1, unit: '10*-3.mm2/s' }, issues: [], derivedFrom: ['src-a', 'reg-a'] },
    uncertainty: { type: 'smallest-real-change', value: 1.27, low: 0.73, high: 1.27, level: 0.95, source: 'study' },
  };
  return dossierOf({
    sources: ['a', 'b'].map((visit) => ({ id: `src-${visit}`, metadata: {}, issues: [] })),
    artifacts: [map('a', '2024-01-01'), map('b', '2024-03-01')],
    regions: [{ id: 'reg-a', label: 'Mass', links: [] }],
    findings: [adcOfLesion],
    ...more,
  } as unknown as Partial<Dossier>);
}

async function run(second: Float32Array, of = dossier()) {
  const images = { 'src-a': sampled(body), 'src-b': second, 'map-a': sampled(adc(1e-3)), 'map-b': later(adc(1.5e-3)) };
  const findings: FindingDraft[] = [];
  const artifacts: ArtifactDraft[] = [];
  const context = {
    dossier: of,
    signal: new AbortController().signal,
    progress: () => {},
    openImage: async (id: keyof typeof images) => imageOf(grid, images[id]),
    openRegion: async () => ({ type: 'mask', grid, mask: Uint8Array.from(sampled((p) => (inLesion(p) ? 1 : 0))) }),
    emit: {
      finding: (draft: FindingDraft) => findings.push(draft),
      artifact: (draft: ArtifactDraft) => `art-${artifacts.push(draft)}`,
    },
  } as unknown as RunContext;
  for (const { inputs } of carriedChange.select(of).selections) await carriedChange.run(inputs, {}, context);
  return { findings, artifacts };
}

describe('imaging.change.carried', () => {
  it('reads the later map where the region lies after registration, and calls the change by its limits', async () => {
    const { findings, artifacts } = await run(later(body));
    expect(findings).toHaveLength(1);
    const [found] = findings;
    expect(found!.measure.code).toBe('adc-mean-carried-change');
    // Half a voxel at the edge mixes the lesion with what lies round it.
    const { value } = found!.value as { value: number };
    expect(value).toBeGreaterThan(35);
    expect(value).toBeLessThanOrEqual(50.1);
    expect(found!.issues.map(({ code }) => code)).toEqual(['region-carried']);
    expect(found!.evidence![1]!.says).toMatch(/correlation (0\.9|1\.0).*moved by [6-9]\.\d mm/);
    expect(artifacts[0]).toMatchObject({ role: 'carried-region', labels: [{ value: 1, name: 'Mass' }] });
  });

  it('gives no number where the visits do not lie on each other', async () => {
    const { findings, artifacts } = await run(sampled(other));
    expect(findings[0]).toMatchObject({ value: { type: 'refused', reason: 'registration-doubtful' } });
    expect(artifacts).toEqual([]);
  });

  it('leaves regions that the later visit has, and maps of one day, alone', () => {
    const [known] = dossier().findings;
    const again = { ...known!, id: 'find-b', region: 'reg-b', derivedFrom: ['src-b', 'reg-b'] };
    expect(carriedChange.select(dossier({ findings: [known!, again] })).selections).toEqual([]);
    const [first] = dossier().artifacts;
    expect(carriedChange.select(dossier({ artifacts: [first!, { ...first!, id: 'map-c' }] })).selections).toEqual([]);
  });
});
