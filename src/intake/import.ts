import { basename, resolve } from 'node:path';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Purpose, Store } from '../dossier/store.ts';
import { makeSpool } from './archive/spool.ts';
import { type Draft, defaultLimits, type InputFile, type Limits, type Wanted } from './format.ts';
import { formats } from './formats.ts';
import { futureIssues, withoutFutureDates } from './future.ts';
import { namesSomebody } from './identity/claims.ts';
import { foldersUp } from './identity/folders.ts';
import { findKnown, readKnownSubjects } from './identity/known.ts';
import { lookalikeIssues, type PersonMatch } from './identity/lookalikes.ts';
import { findPersons, type Person } from './identity/persons.ts';
import type { FileReport, ImportReport, SubjectReport } from './importReport.ts';
import { keepPerson } from './keep.ts';
import { fileHasher, mainFile, type PreparedSource, prepareSource } from './prepare.ts';
import { gather, type Scan, scan } from './scan.ts';
import { rootNames } from './walk.ts';

export interface ImportProgress {
  stage: 'read' | 'hash' | 'keep';
  done: number;
  /** Known from the second stage on. */
  total?: number;
  path: string;
  /** Of the stage, 0 to 1, from the second on: grows within a source too while a large one is kept. */
  fraction?: number;
}

export interface ImportOptions {
  /** All files are of one patient, whatever they say. */
  asOnePatient?: boolean;
  actor: string;
  /** Time of the import, ISO 8601. */
  at: string;
  purpose?: Purpose;
  limits?: Partial<Limits>;
  /** Only these samples of a VCF with several; without it the first of them. */
  wanted?: Wanted | undefined;
  /** Reading threads. */
  threads?: number;
  /** Folders that this program is writing its results to: what it made there is not read. */
  ownFolders?: readonly string[] | undefined;
  /** Parent of the folder into which archives are unpacked while the import runs. */
  temporaryFolder?: string;
  signal?: AbortSignal;
  onProgress?(progress: ImportProgress): void;
}

/**
 * Files and folders in any mixture -> subjects, sources, facts and regions in a store.
 * Trouble in data becomes issues: of a source, of a subject's import record, or of a file in the report.
 * Throws `not-found` for a path that is not there and `aborted` when the signal says so; then complete batches are in
 * the store and the same call goes on from there.
 * @example
 * const report = await importFolder(['folder'], store, { actor: 'me', at: new Date().toISOString() });
 */
export async function importFolder(
  paths: readonly string[],
  store: Store,
  options: ImportOptions,
): Promise<ImportReport> {
  const spool = makeSpool(options.temporaryFolder);
  try {
    const scanned = await scan(paths, {
      limits: { ...defaultLimits, ...options.limits },
      spool,
      threads: options.threads,
      ownFolders: options.ownFolders,
      signal: options.signal,
      onFile: (done, path) => options.onProgress?.({ stage: 'read', done, path }),
    });
    return await keepScan(scanned, paths, store, options);
  } finally {
    spool.remove();
  }
}

async function keepScan(
  scanned: Scan,
  paths: readonly string[],
  store: Store,
  options: ImportOptions,
): Promise<ImportReport> {
  const { drafts, issues } = await assembleAll(scanned, options.wanted);
  const files = new Map(scanned.read.map(({ file }) => [file.path, file]));
  const persons = findPersons(drafts, {
    files: scanned.patientFiles,
    asOnePatient: options.asOnePatient ?? false,
    roots: rootNames(paths),
  });
  const prepared = await prepareAll(persons, files, options);
  const refused = scanned.met.flatMap(({ refused }) => (refused ? [refused] : []));
  const { mine, nobodys } = shareOut([...issues, ...refused], persons);

  const { subjects, sourcesOf } = await store.alone(
    () => keepPersons(persons, prepared, mine, paths, store, options),
    options.signal,
  );
  return { subjects, files: fileReports(scanned, issues, sourcesOf), issues: nobodys };
}

/** Alone on the store: two imports of one new person at once would each find nobody and make a subject. */
async function keepPersons(
  persons: readonly Person[],
  prepared: ReadonlyMap<Person, PreparedSource[]>,
  issuesOf: ReadonlyMap<Person, Issue[]>,
  paths: readonly string[],
  store: Store,
  options: ImportOptions,
): Promise<{ subjects: SubjectReport[]; sourcesOf: Map<string, string[]> }> {
  const reader = store.reading({ purpose: options.purpose ?? 'care', actor: options.actor });
  const sought = persons.map((person) => ({
    person,
    blobs: prepared
      .get(person)!
      .filter(({ draft }) => !namesSomebody(draft.claim))
      .map(mainFile),
  }));
  const known = await readKnownSubjects(reader, sought);
  const origin = paths.map((path) => basename(resolve(path))).join(', ');
  const subjects: SubjectReport[] = [];
  const sourcesOf = new Map<string, string[]>();
  const matches: PersonMatch[] = [];
  for (const { person, blobs } of sought) {
    const found = findKnown(person, known, blobs);
    matches.push({ person, known: found, subject: found?.id ?? (await store.nextSubjectId()) });
  }
  const alike = lookalikeIssues(matches, known);
  const total = persons.reduce((sum, { drafts }) => sum + drafts.length, 0);
  let done = 0;
  for (const match of matches) {
    const { person } = match;
    const report = await keepPerson(
      match,
      prepared.get(person)!,
      [
        ...person.issues,
        ...(alike.get(person) ?? []),
        ...(issuesOf.get(person) ?? []),
        ...futureIssues(person.drafts, options.at),
      ],
      {
        store,
        reader,
        at: options.at,
        origin,
        signal: options.signal,
        onKept: (sources, path) => {
          const kept = done + sources;
          options.onProgress?.({ stage: 'keep', done: Math.floor(kept), total, path, fraction: kept / total });
        },
      },
    );
    done += prepared.get(person)!.length;
    subjects.push(report.report);
    for (const [path, ids] of report.sourcesOf) sourcesOf.set(path, [...(sourcesOf.get(path) ?? []), ...ids]);
  }
  return { subjects, sourcesOf };
}

/** Each format groups its own pieces. The issues of single files follow them into their sources. */
async function assembleAll(scanned: Scan, wanted?: Wanted): Promise<{ drafts: Draft[]; issues: Issue[] }> {
  const drafts: Draft[] = [];
  const issues: Issue[] = [];
  const issuesOf = new Map(scanned.read.map(({ file, issues }) => [file.path, issues]));
  for (const format of formats) {
    const pieces = scanned.read
      .filter((one) => one.format === format.id)
      .map(({ file, piece }) => ({ path: file.path, piece }));
    if (pieces.length === 0) continue;
    try {
      const assembled = (await format.load()).assemble(pieces, wanted);
      drafts.push(...assembled.drafts);
      issues.push(...assembled.issues);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The ${pieces.length} files of format ${format.id} could not be put together: ${reason}`;
      issues.push(
        issue('error', 'assembly-failed', message, { remedy: 'Import them in smaller parts and report it.' }),
      );
    }
  }
  for (const { source, files } of drafts) {
    const ofFiles = files.flatMap((path) => issuesOf.get(path) ?? []);
    source.issues = gather([...source.issues, ...ofFiles]);
  }
  return { drafts, issues };
}

async function prepareAll(
  persons: readonly Person[],
  files: ReadonlyMap<string, InputFile>,
  { at, onProgress, signal }: ImportOptions,
): Promise<Map<Person, PreparedSource[]>> {
  const hash = fileHasher();
  const prepared = new Map<Person, PreparedSource[]>();
  const total = persons.reduce((sum, { drafts }) => sum + drafts.length, 0);
  let done = 0;
  for (const person of persons) {
    const sources: PreparedSource[] = [];
    for (const draft of person.drafts) {
      if (signal?.aborted) break;
      sources.push(await prepareSource(withoutFutureDates(draft, at), files, hash));
      done++;
      onProgress?.({ stage: 'hash', done, total, path: draft.source.path, fraction: done / total });
    }
    prepared.set(person, sources);
  }
  return prepared;
}

/** An issue of a file that became no source goes to the only person of its nearest folder that has one. */
function shareOut(issues: readonly Issue[], persons: readonly Person[]) {
  const byFolder = new Map<string, Set<Person>>();
  for (const person of persons) {
    for (const folder of person.drafts.flatMap(({ source }) => foldersUp(source.path))) {
      byFolder.set(folder, (byFolder.get(folder) ?? new Set()).add(person));
    }
  }
  const mine = new Map<Person, Issue[]>();
  const nobodys: Issue[] = [];
  for (const one of issues) {
    const folder = foldersUp(one.place ?? '').find((above) => byFolder.has(above));
    const there = folder === undefined ? undefined : byFolder.get(folder)!;
    const [only] = there?.size === 1 ? there : [];
    if (only) mine.set(only, [...(mine.get(only) ?? []), one]);
    else nobodys.push(one);
  }
  return { mine, nobodys };
}

function fileReports(scanned: Scan, issues: readonly Issue[], sourcesOf: ReadonlyMap<string, string[]>): FileReport[] {
  const formatOf = new Map(scanned.read.map(({ file, format }) => [file.path, format]));
  return scanned.met.map(({ path, refused, ignored }): FileReport => {
    if (refused) return { path, refused };
    if (ignored !== undefined) return { path, ignored };
    const sources = sourcesOf.get(path);
    if (sources) return { path, format: formatOf.get(path)!, sources };
    const why = issues.find(({ place }) => place === path || place?.startsWith(`${path}:`));
    if (why && why.severity !== 'info') return { path, refused: why };
    return {
      path,
      ignored: why ?? issue('info', 'file-without-source', 'Nothing in it became a source.', { place: path }),
    };
  });
}
