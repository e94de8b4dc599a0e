import { type Breath, breathing } from '../dossier/breath.ts';
import { canonicalJson, contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Import, SourceFormat } from '../dossier/source.ts';
import type { Reader, Store, StoreRecord } from '../dossier/store.ts';
import { trialsOf } from '../dossier/trial.ts';
import type { PersonMatch } from './identity/lookalikes.ts';
import type { SubjectReport } from './importReport.ts';
import { manifestType, type PlannedSource, planSources } from './planSources.ts';
import type { PreparedSource } from './prepare.ts';
import { identitiesOf, recordSteps, subjectOf, trialEntryOf } from './records.ts';

export interface KeepOptions {
  store: Store;
  reader: Reader;
  at: string;
  /** Where the files came from, for people. */
  origin: string;
  signal?: AbortSignal | undefined;
  /**
   * How many of the sources are kept, with the share of the batch under way: a few times a second while a large one is,
   * and at the end of each.
   */
  onKept?(sources: number, path: string): void;
}

/** Sources of one acknowledged batch: enough to make the disk's waiting cheap, few enough to lose little. */
const batchSources = 50;
const batchBytes = 256 * 2 ** 20;
const blobsAtOnce = 64;

/** Share of a batch's work that is making its records; the rest is writing them. */
const making = 0.15;

/**
 * Keeps one person's sources: subject, identities and import record first, then batches of blobs with the records that
 * name them. Each batch is whole or absent; what is there already is not written again.
 * Throws `aborted` between batches and while one is made or written, which is then absent.
 */
export async function keepPerson(
  { person, known, subject: id }: PersonMatch,
  prepared: readonly PreparedSource[],
  issues: readonly Issue[],
  options: KeepOptions,
): Promise<{ report: SubjectReport; sourcesOf: Map<string, string[]> }> {
  const { store, reader, at, origin } = options;
  const subject = subjectOf(person, known, id);
  const plan = await planSources(prepared, subject.id, reader);
  const all = [...issues, ...plan.issues];

  const importId = contentId('import', { subject: subject.id, at, origin });
  const imports = await reader.list(subject.id, 'import');
  const latest = imports.sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  const fresh = plan.sources.filter(({ isNew }) => isNew);
  const record: Import = {
    kind: 'import',
    id: importId,
    subject: subject.id,
    at,
    origin,
    files: new Set(prepared.flatMap(({ draft }) => draft.files)).size,
    issues: all,
  };
  const changed = fresh.length > 0 || latest === undefined || canonicalJson(latest.issues) !== canonicalJson(all);
  stopIfAborted(options);
  await store.write([subject, ...identitiesOf(person, prepared, subject.id), ...(changed ? [record] : [])]);

  const keptBlobs = new Set((await reader.list(subject.id, 'blob')).map(({ sha256 }) => sha256));
  const knownTrials = new Set(
    trialsOf(await reader.list(subject.id, 'entry', { history: true })).map(({ hash }) => hash),
  );
  let facts = 0;
  let regions = 0;
  let kept = 0;
  for (const batch of batches(plan.sources)) {
    stopIfAborted(options);
    const records: StoreRecord[] = [];
    await putBlobs(batch, subject.id, store, keptBlobs);
    const last = batch.at(-1)!.prepared.draft.source.path;
    for (const [index, { prepared: one, supersedes, chained }] of batch.entries()) {
      const { path } = one.draft.source;
      const breath = breathing({
        signal: options.signal,
        onProgress: (share) => options.onKept?.(kept + making * (index + share), path),
      });
      const made = await inSteps(recordSteps(one, subject.id, importId, supersedes), breath);
      facts += made.facts.length;
      regions += made.regions.length;
      records.push(...chained, made.source);
      // One by one: a spread of very many arguments overflows the stack.
      for (const record of made.facts) records.push(record);
      for (const record of made.regions) records.push(record);
      const trial = trialEntryOf(one, made.source);
      if (trial && !knownTrials.has(one.draft.trial!.hash)) records.push(trial);
      if (one.draft.trial) knownTrials.add(one.draft.trial.hash);
    }
    await store.write(records, {
      signal: options.signal,
      onProgress: (share) => options.onKept?.(kept + batch.length * (making + (1 - making) * share), last),
    });
    kept += batch.length;
    options.onKept?.(kept, last);
  }
  const report: SubjectReport = {
    subject: subject.id,
    label: subject.label,
    created: known === undefined,
    composite: subject.composite,
    synthetic: subject.synthetic,
    claims: person.claims,
    added: fresh.map(({ id }) => id),
    duplicates: [...plan.sources.filter(({ isNew }) => !isNew).map(({ id }) => id), ...plan.duplicates],
    superseded: plan.superseded,
    facts,
    regions,
    issues: all,
  };
  return { report, sourcesOf: plan.sourcesOf };
}

async function inSteps<T>(steps: Generator<number, T>, breath: Breath): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await breath(step.value);
  }
}

function stopIfAborted({ signal }: KeepOptions): void {
  if (signal?.aborted) {
    throw new IdiographError('aborted', 'the import was interrupted; what was acknowledged stays', {
      remedy: 'Import the same files again to go on.',
    });
  }
}

function* batches(sources: readonly PlannedSource[]): Generator<PlannedSource[]> {
  let batch: PlannedSource[] = [];
  let bytes = 0;
  for (const source of sources) {
    batch.push(source);
    bytes += source.prepared.members.reduce((sum, { file }) => sum + file.bytes, 0);
    if (batch.length >= batchSources || bytes >= batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

const mediaTypes: Readonly<Record<SourceFormat, string>> = {
  'dicom-series': 'application/dicom',
  'dicom-regions': 'application/dicom',
  'dicom-object': 'application/dicom',
  nifti: 'application/x-nifti',
  vcf: 'text/x-vcf',
  fhir: 'application/fhir+json',
  hl7v2: 'application/hl7-v2',
  answers: 'text/csv',
  table: 'text/csv',
  'freesurfer-stats': 'text/plain',
  'volume-table': 'text/csv',
  'outside-calls': 'text/plain',
  pgs: 'text/tab-separated-values',
  maf: 'text/tab-separated-values',
  trial: 'application/json',
};

async function putBlobs(
  sources: readonly PlannedSource[],
  subject: string,
  store: Store,
  kept: Set<string>,
): Promise<void> {
  const orders: { bytes: Uint8Array | { file: string }; mediaType: string }[] = [];
  for (const { prepared } of sources) {
    const { draft, blob, manifest, members } = prepared;
    for (const { file, sha256 } of members) {
      if (kept.has(sha256)) continue;
      kept.add(sha256);
      orders.push({ bytes: { file: file.diskPath }, mediaType: mediaTypes[draft.source.format] });
    }
    if (manifest && !kept.has(blob)) {
      kept.add(blob);
      orders.push({ bytes: manifest, mediaType: manifestType });
    }
  }
  // Many at once, so that the store can acknowledge them together.
  const next = orders.values();
  const lane = async () => {
    for (const { bytes, mediaType } of next) await store.putBlob(subject, bytes, mediaType);
  };
  await Promise.all(Array.from({ length: blobsAtOnce }, lane));
}
