import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExampleFile } from '../../../examples/patient.ts';
import { isIdiographError } from '../../../src/dossier/errors.ts';
import { Fact } from '../../../src/dossier/fact.ts';
import { Region } from '../../../src/dossier/region.ts';
import { Source } from '../../../src/dossier/source.ts';
import { makeSpool } from '../../../src/intake/archive/spool.ts';
import { type BlobAccess, type Draft, defaultLimits, type InputFile } from '../../../src/intake/format.ts';
import { loadFormat, recognise } from '../../../src/intake/formats.ts';
import { parsePatientFile } from '../../../src/intake/identity/patientFile.ts';
import { importFolder } from '../../../src/intake/import.ts';
import { inputFile } from '../../../src/intake/inputFile.ts';
import { openImage, openRegion, openTable, openVariants } from '../../../src/intake/open.ts';
import { walk } from '../../../src/intake/walk.ts';
import { openStore } from '../../../src/store/open.ts';
import { seeded } from '../store/seeded.ts';
import { mutate } from './mutate.ts';
import { seedFiles } from './seeds.ts';

export interface FuzzFigures {
  /** Format -> what became of its files. */
  formats: Record<string, { read: number; refused: number; opened: number; notOpened: number }>;
  unknown: number;
  slowestMs: number;
  faults: string[];
}

const hash = '0'.repeat(64);
const slowMs = 2000;
/** Stretches that an index is asked for. */
const lookedUp = [
  { chrom: '10', start: 94_000_000, end: 95_500_000 },
  { chrom: '22', start: 1, end: 2 ** 29 },
];

/**
 * Mutates small valid files and reads them in this process: recognised, read under limits, assembled, checked against the
 * schemas of the records, opened and read through. Whatever throws but an error of ours, or takes over 2 s, is a fault.
 */
export async function fuzzReaders(count: number, seed: number): Promise<FuzzFigures> {
  const random = seeded(seed);
  const seeds = await seedFiles();
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-fuzz-'));
  const figures: FuzzFigures = { formats: {}, unknown: 0, slowestMs: 0, faults: [] };
  const limits = { ...defaultLimits, inflatedBytes: 2 ** 26, voxels: 2 ** 24, fileBytes: 2 ** 26 };
  try {
    for (let index = 0; index < count; index++) {
      const seedFile = seeds[index % seeds.length]!;
      const bytes = mutate(seedFile.bytes, random, seeds[Math.floor(random() * seeds.length)]!.bytes);
      const name = seedFile.path.slice(seedFile.path.lastIndexOf('/') + 1);
      const start = performance.now();
      try {
        const path = join(folder, name);
        writeFileSync(path, bytes);
        if (name === 'patient.json') parsePatientFile(bytes, name);
        const spool = makeSpool(folder);
        try {
          const known = (file: InputFile) => recognise(file) !== undefined;
          for await (const found of walk([path], { limits, spool, isKnown: known })) {
            if ('file' in found) await readOne(found.file, figures, limits);
          }
          if (seedFile.beside) await readTogether({ path: name, bytes }, seedFile.beside, folder, figures, limits);
        } finally {
          spool.remove();
        }
      } catch (error) {
        const what =
          error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' | ') : error;
        figures.faults.push(`${name} #${index} (seed ${seed}): ${what}`);
      }
      const ms = performance.now() - start;
      figures.slowestMs = Math.max(figures.slowestMs, ms);
      if (ms > slowMs) figures.faults.push(`${name} #${index} (seed ${seed}) took ${Math.round(ms)} ms`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return figures;
}

async function readOne(file: InputFile, figures: FuzzFigures, limits: typeof defaultLimits): Promise<void> {
  const format = recognise(file);
  if (format === undefined) {
    figures.unknown++;
    return;
  }
  figures.formats[format.id] ??= { read: 0, refused: 0, opened: 0, notOpened: 0 };
  const figure = figures.formats[format.id]!;
  const { read, assemble } = await loadFormat(format.id);
  let outcome: Awaited<ReturnType<typeof read>>;
  try {
    outcome = await read(file, limits);
  } catch (error) {
    // A limit met in the middle of reading carries its issue; the reading thread turns it into a refusal.
    if (isIdiographError(error) && error.fields['issue'] !== undefined)
      outcome = { refused: error.fields['issue'] as never };
    else throw error;
  }
  if ('refused' in outcome) {
    figure.refused++;
    if (!outcome.refused.remedy) figures.faults.push(`${file.path}: ${outcome.refused.code} has no remedy`);
    return;
  }
  figure.read++;
  // Pieces cross a thread boundary.
  const piece = structuredClone(outcome.piece);
  const blobs = { bytes: () => file.readAll(), file: async () => file.diskPath };
  for (const draft of assemble([{ path: file.path, piece }]).drafts) await openDraft(draft, blobs, figure);
}

/**
 * A damaged file assembled with the good ones beside it and opened as one source: a genome with its index, a table with
 * the file that names its gene. Only what reads by itself is put together; the rest was counted already.
 */
async function readTogether(
  damaged: ExampleFile,
  beside: readonly ExampleFile[],
  folder: string,
  figures: FuzzFigures,
  limits: typeof defaultLimits,
): Promise<void> {
  const files = [damaged, ...beside].map(({ path, bytes }) => {
    writeFileSync(join(folder, path), bytes);
    return inputFile(join(folder, path), path);
  });
  const format = recognise(files[1]!);
  if (format === undefined || recognise(files[0]!)?.id !== format.id) return;
  const { read, assemble } = await loadFormat(format.id);
  const pieces: { path: string; piece: unknown }[] = [];
  for (const file of files) {
    const outcome = await read(file, limits).catch((error: unknown) => {
      if (isIdiographError(error) && error.fields['issue'] !== undefined) return undefined;
      throw error;
    });
    if (outcome && 'piece' in outcome) pieces.push({ path: file.path, piece: structuredClone(outcome.piece) });
  }
  for (const draft of assemble(pieces as never).drafts) {
    const members = draft.files.map((path, i) => ({ path, sha256: String(i + 1).repeat(64), bytes: 1 }));
    const manifest = Buffer.from(JSON.stringify({ manifest: 1, members }));
    const bytesOf = (sha256: string) => {
      if (sha256 === hash) return members.length > 1 ? manifest : readFileSync(join(folder, members[0]!.path));
      return readFileSync(join(folder, members[Number(sha256[0]) - 1]!.path));
    };
    await openDraft(draft, { bytes: async (sha256) => bytesOf(sha256) }, figures.formats[format.id]!);
  }
}

async function openDraft(draft: Draft, blobs: BlobAccess, figure: FuzzFigures['formats'][string]): Promise<void> {
  const ids = { subject: 'S0001', import: 'import-1', blob: hash };
  const source = Source.parse({ ...draft.source, kind: 'source', id: 'src-1', ...ids });
  for (const fact of draft.facts)
    Fact.parse({ ...fact, kind: 'fact', id: 'fact-1', subject: 'S0001', source: 'src-1' });
  const regions = draft.regions.map((region) =>
    Region.parse({ ...region, kind: 'region', id: 'region-1', subject: 'S0001', source: 'src-1' }),
  );
  try {
    if (source.format === 'nifti' || source.format === 'dicom-series') {
      const image = await openImage(source, blobs);
      if (image.grid.shape[0] * image.grid.shape[1] * image.grid.shape[2] < 2 ** 22) await image.readVolume();
    } else if (source.format === 'vcf') {
      const handle = await openVariants(source, blobs);
      for await (const _ of handle.records());
      for await (const _ of handle.records(lookedUp));
    } else if (['table', 'freesurfer-stats', 'volume-table'].includes(source.format)) {
      for await (const _ of (await openTable(source, blobs)).rows());
    }
    for (const region of regions) await openRegion(region, source, blobs);
    figure.opened++;
  } catch (error) {
    if (!isIdiographError(error)) throw error;
    figure.notOpened++;
  }
}

/** Imports mutated files into a store, through the reading threads: every file is accounted for and nothing throws. */
export async function fuzzImport(
  count: number,
  seed: number,
): Promise<{ files: number; sources: number; faults: string[] }> {
  const random = seeded(seed);
  const seeds = await seedFiles();
  const top = mkdtempSync(join(tmpdir(), 'idiograph-fuzz-import-'));
  const faults: string[] = [];
  let [files, sources] = [0, 0];
  try {
    const store = await openStore({ engine: 'sqlite', directory: join(top, 'data') });
    for (let batch = 0; files < count; batch++) {
      const folder = join(top, `in-${batch}`);
      for (const [index, { path, bytes, beside = [] }] of seeds.entries()) {
        const inner = join(folder, String(index));
        mkdirSync(inner, { recursive: true });
        for (const good of beside) writeFileSync(join(inner, good.path), good.bytes);
        const other = seeds[Math.floor(random() * seeds.length)]!.bytes;
        writeFileSync(join(inner, path.slice(path.lastIndexOf('/') + 1)), mutate(bytes, random, other));
      }
      try {
        const report = await importFolder([folder], store, { actor: 'fuzz', at: '2026-11-20T00:00:00Z' });
        sources += report.subjects.reduce((sum, { added }) => sum + added.length, 0);
        const met = new Set(report.files.map((file) => file.path.split('/')[0]));
        for (const index of seeds.keys())
          if (!met.has(String(index))) faults.push(`batch ${batch}: the file in ${index} is not accounted for`);
        for (const file of report.files)
          if ('refused' in file && /crashed|timeout|assembly/.test(file.refused.code))
            faults.push(`batch ${batch}: ${file.path}: ${file.refused.message}`);
        for (const one of report.issues)
          if (one.code === 'assembly-failed') faults.push(`batch ${batch}: ${one.message}`);
      } catch (error) {
        const what =
          error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : error;
        faults.push(`batch ${batch} (seed ${seed}): ${what}`);
      }
      files += seeds.length;
    }
    await store.close();
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  return { files, sources, faults };
}
