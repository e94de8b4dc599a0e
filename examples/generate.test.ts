import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dossier } from '../src/dossier/analysis.ts';
import type { Store } from '../src/dossier/store.ts';
import { importFolder } from '../src/intake/import.ts';
import type { ImportReport } from '../src/intake/importReport.ts';
import { openImage } from '../src/intake/open.ts';
import { openStore } from '../src/store/open.ts';
import { workup } from '../src/workup/workup.ts';
import { missesOf } from './checkTruth.ts';
import { type GeneratedExample, generateExamples } from './generate.ts';
import { headGrid, headPhantom } from './phantoms/head.ts';
import { centreOf } from './phantoms/shapes.ts';

const directory = mkdtempSync(join(tmpdir(), 'idiograph-examples-'));
const access = { purpose: 'demonstration', actor: 'test' } as const;
const at = '2026-11-20T09:00:00.000Z';
let examples: GeneratedExample[];

beforeAll(async () => {
  examples = await generateExamples(join(directory, 'a'));
}, 60_000);
afterAll(async () => {
  for (const one of kept.values()) await (await one).store.close();
  rmSync(directory, { recursive: true, force: true });
});

function hashes(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => `${relative(folder, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
}

interface Imported {
  example: GeneratedExample;
  report: ImportReport;
  dossier: Dossier;
  store: Store;
}

const kept = new Map<string, Promise<Imported>>();

/** Each example is imported once, whichever tests ask for it. */
function imported(name: string): Promise<Imported> {
  const known = kept.get(name) ?? importOnce(name);
  kept.set(name, known);
  return known;
}

async function importOnce(name: string): Promise<Imported> {
  const example = examples.find(({ patient }) => patient === name)!;
  const store = await openStore({ engine: 'sqlite', directory: join(directory, `store-${name}`) });
  const report = await importFolder([example.folder], store, { actor: 'test', at, threads: 1 });
  const dossier = await store.reading(access).dossier(report.subjects[0]!.subject);
  return { example, report, dossier, store };
}

describe('generated examples', () => {
  it('are the same bytes a second time', async () => {
    await generateExamples(join(directory, 'b'));
    expect(hashes(join(directory, 'b'))).toEqual(hashes(join(directory, 'a')));
  }, 60_000);

  it('keep their truth outside of what the pipeline is given', () => {
    expect(examples.map(({ patient }) => patient)).toEqual(['psychiatry', 'oncology', 'pain']);
    for (const { folder, truthFile, truth } of examples) {
      expect(JSON.parse(readFileSync(truthFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(truth)));
      expect(relative(folder, truthFile).startsWith('..')).toBe(true);
      expect(existsSync(join(folder, 'truth.json'))).toBe(false);
    }
  });

  it.each(['psychiatry', 'oncology', 'pain'])('%s is read whole, as one synthetic person', async (name) => {
    const { report, dossier, store, example } = await imported(name);
    expect(report.subjects).toHaveLength(1);
    expect(report.subjects[0]).toMatchObject({ composite: false, synthetic: true, issues: [] });
    const unread = report.files.filter((file) => 'refused' in file && file.refused !== undefined);
    expect(unread).toEqual([]);
    expect(
      dossier.sources.flatMap(({ path, issues }) =>
        issues.filter(({ severity }) => severity !== 'info').map(({ code }) => `${path} ${code}`),
      ),
    ).toEqual([]);
    expect(dossier.facts.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual([]);
    const numbers = (await store.reading(access).list(dossier.subject.id, 'identity')).map(({ value }) => value);
    expect(new Set(numbers.filter((value) => value.startsWith('SYN-')))).toEqual(new Set([example.truth.patient]));
  }, 60_000);
});

describe('images', () => {
  it('come back from DICOM voxel for voxel, in place', async () => {
    const { dossier, store } = await imported('psychiatry');
    const source = dossier.sources.find(({ modality }) => modality === 'MR')!;
    expect(source).toMatchObject({ contrast: 'T1w', format: 'dicom-series' });
    const reader = store.reading(access);
    const image = await openImage(source, { bytes: (sha256) => reader.blob(dossier.subject.id, sha256) });
    expect(image.grid.shape).toEqual([...headGrid.shape, 1]);
    const [a, b, c] = image.grid.affineRas.filter((_, index) => index % 4 === 3);
    expect([a, b, c]).toEqual(centreOf(headGrid, 0, 0, 0));
    const { values } = headPhantom();
    const read = await image.readVolume();
    expect(read.every((value, index) => value === values[index])).toBe(true);
  }, 60_000);

  it('give the uptake that was painted', async () => {
    const { dossier, store, example } = await imported('oncology');
    await workup(store, dossier.subject.id, { access, clock: () => at, only: ['imaging.pet.suv'], workers: 0 });
    const { findings, regions } = await store.reading(access).dossier(dossier.subject.id);
    // Only what the images say: the rest of the truth needs the other rooms.
    const painted = example.truth.findings.filter(({ region }) => region !== undefined);
    const misses = missesOf(
      { ...example.truth, findings: painted, safety: [], planLines: [], neverMentioned: [] },
      { findings, regions, safetyChecks: [], recommendations: [] },
    );
    expect(painted.length).toBeGreaterThan(10);
    expect(misses).toEqual([]);
    expect(findings.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual([]);
  }, 60_000);
});
