import { describe, expect, it } from 'vitest';
import type { InstalledPack } from '../dossier/analysis.ts';
import type { Fact } from '../dossier/fact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Source } from '../dossier/source.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { deviations } from './deviations.ts';
import { type FitOptions, fitReference } from './fitReference.ts';
import type { StatsRow } from './statsNames.ts';
import { syntheticPeople } from './testing.ts';

const make = {
  lh_A_thickness: (age: number, _male: number, noise: () => number) => 3 - age / 100 + 0.15 * noise(),
  'Left-Hippocampus': (age: number, male: number, noise: () => number) => 4200 - 6 * age + 300 * male + 300 * noise(),
};

function packOf(
  options: Partial<FitOptions>,
  measures = make as Record<string, (typeof make)['lh_A_thickness']>,
): InstalledPack {
  const { reference } = fitReference(syntheticPeople(150, 1, measures), 'controls.csv', {
    model: 'blr',
    software: 'FreeSurfer 7.4.1',
    atlas: 'aparc',
    ...options,
  });
  return {
    manifest: { id: 'site-reference' } as InstalledPack['manifest'],
    read: async () => new TextEncoder().encode(JSON.stringify(reference)),
  };
}

const stats = (id: string, folder: string, metadata: Record<string, string>): Source => ({
  kind: 'source',
  id,
  subject: 's1',
  blob: id.padEnd(64, '0'),
  format: 'freesurfer-stats',
  locator: {},
  path: `${folder}/stats/${id}.stats`,
  import: 'i',
  modality: 'stats',
  metadata: { software: 'FreeSurfer', version: '7.4.1', ...metadata },
  issues: [],
});

const fact = (id: string, given: Partial<Fact>): Fact => ({
  kind: 'fact',
  id,
  subject: 's1',
  source: 'x',
  place: 'p',
  type: 'sex',
  code: { system: 'idiograph', code: 'x', display: 'x' },
  status: 'active',
  isEvent: false,
  issues: [],
  ...given,
});
const facts = [
  fact('birth', { type: 'birth-date', value: { type: 'date', date: '1980-05-01' } }),
  fact('sex', { value: { type: 'code', code: { system: 'x', code: 'female', display: 'female' } } }),
];

const rowsOf = (thickness: number, volume: number): Record<string, StatsRow> => ({
  aparc: { structure: 'A', hemisphere: 'lh', measure: 'ThickAvg', value: String(thickness), unit: 'mm' },
  aseg: { structure: 'Left-Hippocampus', hemisphere: '', measure: 'Volume_mm3', value: String(volume), unit: 'mm^3' },
});

const scan = (day: string) => [
  stats(`aparc-${day}`, day, { atlas: 'aparc' }),
  stats(`aseg-${day}`, day, { atlas: 'aseg' }),
];
const run = (given: Parameters<typeof dossierOf>[0], pack: InstalledPack | undefined, rows = rowsOf(2.6, 2700)) =>
  runAll(deviations, dossierOf({ facts, ...given }), {
    pack: () => pack,
    openTable: async (id) => ({
      id,
      columns: [],
      async *rows() {
        yield { ...rows[id.split('-')[0]!]! };
      },
    }),
  });

describe('deviations in a work-up', () => {
  const pack = packOf({});

  it('whole brain with its false-positive budget, then each measure with centile, limits, bands and curve', async () => {
    const { findings } = await run({ sources: scan('2020-05-01') }, pack);
    const [whole, extreme, ...measures] = findings;
    expect(whole).toMatchObject({ measure: { code: 'deviation-count' }, value: { value: 1 }, time: '2020-05-01' });
    expect(whole!.issues.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['false-positive-budget', 'deviation-no-diagnosis', 'no-repeatability']),
    );
    expect(extreme!.measure.code).toBe('deviation-extreme');
    expect(measures.map(({ measure, norm }) => [measure.code, norm!.band])).toEqual([
      ['cortical-thickness', expect.stringContaining('centile')],
      ['structure-volume', 'below centile 5'],
    ]);
    expect(measures[1]!.norm!.z).toBeLessThan(-3);
    expect(measures[1]!.norm!.curve!.atYears).toBeCloseTo(40, 1);
    expect(JSON.stringify(findings)).not.toMatch(/normal/i);
  });

  it('without a reference says how to get one, and gives no number', async () => {
    const { findings, issues } = await run({ sources: scan('2020-05-01') }, undefined);
    expect(findings).toEqual([]);
    expect(issues.map(({ code }) => code)).toEqual(['no-reference']);
  });

  it.each([
    ['age-missing', { facts: [facts[1]!] }, {}],
    ['sex-missing', { facts: [facts[0]!] }, {}],
    [
      'age-outside',
      { facts: [fact('birth', { type: 'birth-date', value: { type: 'date', date: '2012-01-01' } }), facts[1]!] },
      {},
    ],
    ['scan-date-missing', { sources: scan('visit1') }, {}],
    ['reference-incomplete', {}, { software: undefined }],
    ['method-foreign', {}, { software: 'FastSurfer 2.4' }],
  ])('%s: refused with its reason', async (code, given, options) => {
    const { findings } = await run({ sources: scan('2020-05-01'), ...given }, packOf(options));
    expect(findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: code }]);
  });

  it('thickness of another parcellation is not read', async () => {
    const sources = [
      stats('aparc-1', '2020-05-01', { atlas: 'aparc.DKTatlas' }),
      stats('aseg-1', '2020-05-01', { atlas: 'aseg' }),
    ];
    const { findings } = await run({ sources }, pack);
    expect(findings.some(({ measure }) => measure.code === 'cortical-thickness')).toBe(false);
  });

  it('two scans give a change; two versions of software give none', async () => {
    const sources = [...scan('2018-05-01'), ...scan('2020-05-01')];
    const changes = (all: Awaited<ReturnType<typeof run>>) =>
      all.findings.filter(({ measure }) => measure.code === 'deviation-change');
    const same = changes(await run({ sources }, pack));
    expect(same).toHaveLength(2);
    expect(same[0]!.issues.map(({ code }) => code)).toEqual(['no-repeatability']);
    const mixed = sources.map((one, k) =>
      k > 1 ? { ...one, metadata: { ...one.metadata, version: '7.4.1-patch' } } : one,
    );
    expect(changes(await run({ sources: mixed }, pack)).map(({ value }) => value)).toEqual([
      { type: 'refused', reason: 'software-mixed' },
    ]);
  });

  it('connectivity is read at the motion of its run, and not without it', async () => {
    const chain = 'rest-connectome@0123456789ab';
    const people = syntheticPeople(150, 4, { VisualA_VisualB: (_age, _male, noise) => 0.9 + 0.1 * noise() });
    const { reference } = fitReference(
      { ...people, people: people.people.map((one) => ({ ...one, meanFdMm: 0.1 })) },
      'rest.csv',
      { model: 'blr', software: chain, quantity: 'connectivity' },
    );
    const rest = {
      manifest: { id: 'site-reference' } as InstalledPack['manifest'],
      read: async () => new TextEncoder().encode(JSON.stringify(reference)),
    };
    const found = (id: string, code: string, place: string, value: number, derivedFrom: string[]): Finding => ({
      ...{ kind: 'finding', id, subject: 's1', run: 'r', slot: id, issues: [], valueHash: 'x'.repeat(64), derivedFrom },
      measure: { system: 'idiograph', code, display: code },
      site: { system: 'x', code: place, display: place },
      time: '2020-05-01T10:00:00',
      value: { type: 'quantity', value, unit: '1' },
      method: `brain.connectome 1.1.0 (${chain})`,
    });
    const pair = found('f1', 'network-pair-connectivity', 'VisualA_VisualB', 0.4, ['run1']);
    const moved = found('f2', 'framewise-displacement', 'run1', 0.1, ['run1']);
    const { findings } = await run({ findings: [pair, moved] }, rest);
    const whole = findings.find(({ measure }) => measure.code === 'deviation-count')!;
    expect(whole.issues.map(({ code }) => code)).toContain('exploratory');
    expect(findings.at(-1)!.norm!.z).toBeLessThan(-4);
    expect(findings.at(-1)!.derivedFrom).toContain('f2');
    const refused = async (all: Finding[]) => (await run({ findings: all }, rest)).findings.map(({ value }) => value);
    expect(await refused([pair])).toEqual([{ type: 'refused', reason: 'motion-missing' }]);
    expect(await refused([pair, { ...moved, value: { type: 'quantity', value: 0.8, unit: 'mm' } }])).toEqual([
      { type: 'refused', reason: 'motion-beyond-limit' },
    ]);
  });

  it('volumes of SynthSeg are read against its own reference, and not where it says itself that it failed', async () => {
    const volumes = (id: string, holds: string): Source => ({
      ...stats(id, 'out', { software: 'SynthSeg', holds }),
      format: 'volume-table',
      locator: { subject: 'ses-20200501_T1w' },
      path: `out/${id}.csv`,
    });
    const own = packOf(
      { software: 'SynthSeg', unit: 'mm3' },
      { 'left hippocampus': (age, _male, noise) => 4200 - 6 * age + 300 * noise() },
    );
    const rows = (overlap: number): Record<string, StatsRow> => ({
      volumes: { structure: 'left hippocampus', hemisphere: '', measure: 'volume', value: '2700', unit: 'mm^3' },
      quality: {
        structure: 'cerebellum',
        hemisphere: '',
        measure: 'quality',
        value: String(overlap),
        unit: 'unitless',
      },
    });
    const sources = [volumes('volumes', 'volumes'), volumes('quality', 'quality')];
    const strip = (one: Source) => ({ ...one, metadata: { software: 'SynthSeg', holds: one.metadata['holds']! } });
    const given = { sources: sources.map(strip) };
    const good = await run(given, own, rows(0.8));
    expect(good.findings.at(-1)).toMatchObject({ measure: { code: 'structure-volume' }, time: '2020-05-01' });
    expect(good.findings.at(-1)!.norm!.z).toBeLessThan(-3);
    const poor = await run(given, own, rows(0.6));
    expect(poor.findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'segmentation-quality-low' }]);
    const foreign = await run(
      given,
      packOf({}, { 'Left-Hippocampus': (age, _male, noise) => 4000 - age + 300 * noise() }),
      rows(0.8),
    );
    expect(foreign.findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'method-foreign' }]);
  });

  it('own volumes are read against a reference of the same network only', async () => {
    const own = (method: string): Finding => ({
      kind: 'finding',
      id: 'f1',
      subject: 's1',
      run: 'r',
      slot: 's',
      measure: { system: 'idiograph', code: 'brain-volume', display: 'Volume' },
      site: { system: 'idiograph', code: 'hippocampus', display: 'Hippocampus' },
      time: '2020-05-01',
      value: { type: 'quantity', value: 7.4, unit: 'mL' },
      issues: [],
      method: `brain.morphometry 1.0.0 (${method})`,
      derivedFrom: [],
      valueHash: 'x'.repeat(64),
    });
    const network = 'meshnet-model18cls@74359425f3b5';
    const ours = packOf(
      { software: network, unit: 'mL' },
      { hippocampus: (age, _male, noise) => 8 - age / 100 + 0.4 * noise() },
    );
    const good = await run({ findings: [own(network)] }, ours);
    expect(good.findings.at(-1)).toMatchObject({
      measure: { code: 'structure-volume' },
      value: { value: 7.4, unit: 'mL' },
    });
    const other = await run({ findings: [own('meshnet-model18cls@aaaaaaaaaaaa')] }, ours);
    expect(other.findings.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'method-foreign' }]);
  });
});
