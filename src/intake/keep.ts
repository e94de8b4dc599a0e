import { canonicalJson, contentId } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Region } from '../dossier/region.ts';
import { type Import, Manifest, type Source } from '../dossier/source.ts';
import type { Reader, Store, StoreRecord } from '../dossier/store.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { namesSomebody, numberKey } from './identity/claims.ts';
import { contentSystem, declaredSystem } from './identity/known.ts';
import type { PersonMatch } from './identity/lookalikes.ts';
import type { Person } from './identity/persons.ts';
import type { SubjectReport } from './importReport.ts';
import { mainFile, type PreparedSource } from './prepare.ts';

export interface KeepOptions {
  store: Store;
  reader: Reader;
  at: string;
  /** Where the files came from, for people. */
  origin: string;
  signal?: AbortSignal | undefined;
  onSource?(path: string): void;
}

/** Sources of one acknowledged batch: enough to make the disk's waiting cheap, few enough to lose little. */
const batchSources = 50;
const batchBytes = 256 * 2 ** 20;
const blobsAtOnce = 64;

/**
 * Keeps one person's sources: subject, identities and import record first, then batches of blobs with the records that
 * name them. Each batch is whole or absent; what is there already is not written again.
 * Throws `aborted` between batches.
 */
export async function keepPerson(
  { person, known, subject: id }: PersonMatch,
  prepared: readonly PreparedSource[],
  issues: readonly Issue[],
  options: KeepOptions,
): Promise<{ report: SubjectReport; sourcesOf: Map<string, string[]> }> {
  const { store, reader, at, origin } = options;
  const subject = subjectOf(person, known, id);
  const there = known ? await reader.list(subject.id, 'source', { history: true }) : [];
  const current = known ? await reader.list(subject.id, 'source') : [];
  const plan = await planSources(prepared, subject.id, there, current, reader);
  const all = [...issues, ...plan.issues];

  const importId = contentId('import', { subject: subject.id, at, origin });
  const latest = known
    ? (await reader.list(subject.id, 'import')).sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1)
    : undefined;
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

  const keptBlobs = new Set(known ? (await reader.list(subject.id, 'blob')).map(({ sha256 }) => sha256) : []);
  const importOf = new Map(there.map((source) => [source.id, source.import]));
  let facts = 0;
  let regions = 0;
  for (const batch of batches(plan.sources.map(({ prepared: one, supersedes }) => ({ one, supersedes })))) {
    stopIfAborted(options);
    const records: StoreRecord[] = [];
    await putBlobs(
      batch.map(({ one }) => one),
      subject.id,
      store,
      keptBlobs,
    );
    for (const { one, supersedes } of batch) {
      const made = recordsOf(one, subject.id, importId, supersedes, importOf);
      facts += made.facts.length;
      regions += made.regions.length;
      records.push(made.source, ...made.facts, ...made.regions);
      options.onSource?.(one.draft.source.path);
    }
    await store.write(records);
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
    superseded: plan.sources.flatMap(({ supersedes, isNew }) => (isNew && supersedes ? [supersedes] : [])),
    facts,
    regions,
    issues: all,
  };
  return { report, sourcesOf: plan.sourcesOf };
}

function stopIfAborted({ signal }: KeepOptions): void {
  if (signal?.aborted) {
    throw new IdiographError('aborted', 'the import was interrupted; what was acknowledged stays', {
      remedy: 'Import the same files again to go on.',
    });
  }
}

function subjectOf(person: Person, known: Subject | undefined, id: string): Subject {
  const { declaration } = person;
  const question = declaration?.question ?? questionOf(person) ?? known?.question;
  const synthetic =
    declaration?.synthetic ??
    (known?.synthetic || person.drafts.some(({ source }) => source.metadata['testData'] === true));
  return {
    kind: 'subject',
    id,
    type: 'patient',
    label: declaration?.label ?? known?.label ?? person.label,
    ...(question !== undefined && { question }),
    composite: person.composite || (known?.composite ?? false),
    synthetic,
  };
}

/** The newest referral that asks something. */
function questionOf({ drafts }: Person): string | undefined {
  const referrals = drafts.flatMap(({ facts }) =>
    facts.filter(({ type, status }) => type === 'referral' && status !== 'entered-in-error'),
  );
  const when = (fact: (typeof referrals)[number]) => fact.at ?? fact.statedAt ?? '';
  const newest = referrals.sort((a, b) => (when(a) < when(b) ? -1 : 1)).at(-1);
  if (newest === undefined) return undefined;
  return newest.value?.type === 'text' ? newest.value.text : newest.code.display;
}

function identitiesOf(person: Person, prepared: readonly PreparedSource[], subject: string): Identity[] {
  const identity = (claim: Omit<Identity, 'kind' | 'id' | 'subject'>): Identity => ({
    ...claim,
    kind: 'identity',
    id: contentId('identity', { subject, number: numberKey(claim) }),
    subject,
  });
  const basis = person.basis === 'declared' ? 'declared' : 'claimed';
  const declared = person.declaration?.id;
  return [
    ...(declared === undefined ? [] : [identity({ system: declaredSystem, value: declared, basis: 'declared' })]),
    ...person.claims.map((claim) => identity({ ...claim, basis })),
    ...prepared
      .filter(({ draft }) => !namesSomebody(draft.claim))
      .map((one) => identity({ system: contentSystem, value: mainFile(one), basis: 'attached' })),
  ];
}

interface PlannedSource {
  id: string;
  prepared: PreparedSource;
  isNew: boolean;
  supersedes: string | undefined;
}

/**
 * Which sources are new, which are there, and which replace an older one: a source whose files include all of an older
 * one's (a series that grew, an image that got its sidecar) supersedes it; one whose files an older one includes adds nothing.
 */
async function planSources(
  prepared: readonly PreparedSource[],
  subject: string,
  there: readonly Source[],
  current: readonly Source[],
  reader: Reader,
): Promise<{ sources: PlannedSource[]; duplicates: string[]; issues: Issue[]; sourcesOf: Map<string, string[]> }> {
  const ids = new Set(there.map(({ id }) => id));
  const seen = new Set<string>();
  const sources: PlannedSource[] = [];
  const duplicates: string[] = [];
  const issues: Issue[] = [];
  const sourcesOf = new Map<string, string[]>();
  const note = ({ draft }: PreparedSource, id: string) => {
    for (const path of draft.files) sourcesOf.set(path, [...(sourcesOf.get(path) ?? []), id]);
  };
  const membersOf = new Map<string, Set<string>>();
  const oldMembers = async (source: Source) => {
    const known = membersOf.get(source.id) ?? new Set(await memberHashes(source, reader));
    membersOf.set(source.id, known);
    return known;
  };
  const replaced = new Set<string>();
  for (const one of prepared) {
    const id = sourceId(subject, one);
    if (seen.has(id)) {
      note(one, id);
      duplicates.push(id);
      continue;
    }
    seen.add(id);
    const newer = newestOf(id, there);
    if (newer !== id) {
      note(one, newer);
      duplicates.push(newer);
      continue;
    }
    if (ids.has(id)) {
      note(one, id);
      const supersedes = there.find((source) => source.id === id)?.supersedes;
      sources.push({ id, prepared: one, isNew: false, supersedes });
      continue;
    }
    const own = new Set(one.members.map((member) => member.sha256));
    let supersedes: string | undefined;
    let within: string | undefined;
    for (const older of current) {
      if (!sameThing(older, one) || replaced.has(older.id)) continue;
      const theirs = await oldMembers(older);
      if (theirs.isSupersetOf(own)) within = older.id;
      else if (own.isSupersetOf(theirs)) supersedes ??= older.id;
      else if (!own.isDisjointFrom(theirs) || 'series' in older.locator) issues.push(partsIssue(one));
    }
    note(one, within ?? id);
    if (within !== undefined) {
      duplicates.push(within);
      continue;
    }
    if (supersedes !== undefined) replaced.add(supersedes);
    sources.push({ id, prepared: one, isNew: true, supersedes });
  }
  return { sources, duplicates, issues, sourcesOf };
}

/** The source that replaced this one, through all replacements; itself when none did. */
function newestOf(id: string, there: readonly Source[]): string {
  const newer = there.find(({ supersedes }) => supersedes === id);
  return newer ? newestOf(newer.id, there) : id;
}

function sourceId(subject: string, { blob, draft }: PreparedSource): string {
  return contentId('src', { subject, blob, locator: draft.source.locator });
}

function sameThing(older: Source, { draft }: PreparedSource): boolean {
  return older.format === draft.source.format && canonicalJson(older.locator) === canonicalJson(draft.source.locator);
}

function partsIssue({ draft }: PreparedSource): Issue {
  const message = 'Another import holds other files of the same series: each import is a source of its own.';
  const remedy = 'Import all files of the series together; they then replace both.';
  return issue('warning', 'series-in-parts', message, { place: draft.source.path, remedy });
}

async function memberHashes(source: Source, reader: Reader): Promise<string[]> {
  const bytes = await reader.blob(source.subject, source.blob);
  if (bytes[0] !== 0x7b || bytes.length > 64 * 2 ** 20) return [source.blob];
  try {
    const parsed = Manifest.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data.members.map(({ sha256 }) => sha256) : [source.blob];
  } catch {
    return [source.blob];
  }
}

function* batches<T extends { one: PreparedSource }>(sources: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const source of sources) {
    batch.push(source);
    bytes += source.one.members.reduce((sum, { file }) => sum + file.bytes, 0);
    if (batch.length >= batchSources || bytes >= batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

const mediaTypes: Readonly<Record<string, string>> = {
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
};

async function putBlobs(
  sources: readonly PreparedSource[],
  subject: string,
  store: Store,
  kept: Set<string>,
): Promise<void> {
  const orders: { bytes: Uint8Array | { file: string }; mediaType: string }[] = [];
  for (const { draft, blob, manifest, members } of sources) {
    for (const { file, sha256 } of members) {
      if (kept.has(sha256)) continue;
      kept.add(sha256);
      orders.push({ bytes: { file: file.diskPath }, mediaType: mediaTypes[draft.source.format]! });
    }
    if (manifest && !kept.has(blob)) {
      kept.add(blob);
      orders.push({ bytes: manifest, mediaType: 'application/vnd.idiograph.manifest+json' });
    }
  }
  // Many at once, so that the store can acknowledge them together.
  const next = orders.values();
  const lane = async () => {
    for (const { bytes, mediaType } of next) await store.putBlob(subject, bytes, mediaType);
  };
  await Promise.all(Array.from({ length: blobsAtOnce }, lane));
}

function recordsOf(
  { draft, blob }: PreparedSource,
  subject: string,
  importId: string,
  supersedes: string | undefined,
  importOf: ReadonlyMap<string, string>,
): { source: Source; facts: Fact[]; regions: Region[] } {
  const id = contentId('src', { subject, blob, locator: draft.source.locator });
  const source: Source = {
    ...draft.source,
    kind: 'source',
    id,
    subject,
    blob,
    import: importOf.get(id) ?? importId,
    ...(supersedes !== undefined && { supersedes }),
  };
  const facts = new Map<string, Fact>();
  for (const fact of draft.facts) {
    const content = { ...fact, kind: 'fact' as const, subject, source: id };
    const factId = contentId('fact', content);
    facts.set(factId, { ...content, id: factId });
  }
  const regions = draft.regions.map(
    (region): Region => ({
      ...region,
      kind: 'region',
      id: contentId('region', { source: id, number: region.number }),
      subject,
      source: id,
    }),
  );
  return { source, facts: [...facts.values()], regions };
}
