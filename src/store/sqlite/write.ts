import type { Transaction } from 'kysely';
import type { Breath } from '../../dossier/breath.ts';
import { canonicalJson } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { identityMarks } from '../../dossier/identityMarks.ts';
import type { Batch, StoreRecord } from '../../dossier/store.ts';
import type { Transfer } from '../../dossier/transfer.ts';
import { assertMayChange, type Place, placeOf, staysSuperseded, supersededIds } from '../history.ts';
import { blobId, recordLinks } from '../links.ts';
import { checkSubjectId, parseRecord, recordKinds, subjectOf } from '../records.ts';
import type { RecordRow, Tables } from './schema.ts';

/** A record on its way in: valid, with its place in history and the text that is kept. */
export interface Ready {
  record: StoreRecord;
  place: Place;
  json: string;
}

/** SQLite takes 32,766 values a statement; nine columns times this is well below. */
const chunkRows = 500;

/** Shares of a long write: checking, looking up what is there, keeping records, keeping links. */
const [checked, lookedUp, recorded] = [0.35, 0.45, 0.8];

/** Checks every record of a batch before anything is written. Throws `usage` with the place of the first wrong one. */
export async function prepareBatch(batch: Batch, breath: Breath): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const [index, given] of batch.entries()) {
    if (index % 100 === 99) await breath((checked * index) / batch.length);
    const parsed = parseRecord(given);
    if ('wrong' in parsed) {
      throw new IdiographError('usage', `record ${index} of the batch (${given?.kind} ${given?.id}): ${parsed.wrong}`, {
        index,
        id: given?.id,
        remedy: 'Records follow the schemas of src/dossier.',
      });
    }
    const { record } = parsed;
    checkSubjectId(subjectOf(record));
    ready.push({ record, place: placeOf(record), json: canonicalJson(record) });
  }
  return ready.sort((a, b) => recordKinds.indexOf(a.record.kind) - recordKinds.indexOf(b.record.kind));
}

/** Takes a prepared batch in. Throws `value-changed`, `conflict`, `not-found` or `aborted`; the transaction then leaves no trace. */
export async function writeBatch(
  transaction: Transaction<Tables>,
  batch: readonly Ready[],
  breath: Breath,
): Promise<void> {
  await refuseErased(transaction, new Set(batch.map(({ record }) => subjectOf(record))));
  await requireBlobs(transaction, batch);
  const history = await loadHistory(transaction, batch, breath);
  for (const [index, ready] of batch.entries()) {
    if (index % 500 === 499) await breath(lookedUp);
    if (ready.record.kind !== 'blob') state(history, ready);
  }
  await save(transaction, history, breath);
}

/** Throws `conflict` when a subject was erased: its id is not used again and nothing is added to it. */
export async function refuseErased(transaction: Transaction<Tables>, subjects: ReadonlySet<string>): Promise<void> {
  for (const some of chunks([...subjects])) {
    const erased = await transaction
      .selectFrom('tombstone')
      .select('subject')
      .where('subject', 'in', some)
      .executeTakeFirst();
    if (erased) {
      throw new IdiographError('conflict', `subject ${erased.subject} was erased`, {
        subject: erased.subject,
        remedy: 'Nothing more is kept of it. Importing the originals again makes a new subject.',
      });
    }
  }
}

async function requireBlobs(transaction: Transaction<Tables>, batch: readonly Ready[]): Promise<void> {
  const named = new Map<string, { subject: string; sha256: string; by: string }>();
  for (const { record } of batch) {
    if (record.kind === 'blob') named.set(record.id, { ...record, by: record.id });
    if (record.kind === 'source' || record.kind === 'artifact') {
      const { subject, blob, id } = record;
      named.set(blobId(subject, blob), { subject, sha256: blob, by: id });
    }
  }
  for (const some of chunks([...named.values()])) {
    const rows = await transaction
      .selectFrom('blob')
      .select(['subject', 'sha256'])
      .where('sha256', 'in', [...new Set(some.map(({ sha256 }) => sha256))])
      .execute();
    const there = new Set(rows.map(({ subject, sha256 }) => blobId(subject, sha256)));
    const absent = some.find(({ subject, sha256 }) => !there.has(blobId(subject, sha256)));
    if (absent) {
      throw new IdiographError('not-found', `${absent.by} names a blob that is not in the store: ${absent.sha256}`, {
        ...absent,
        remedy: 'Call putBlob for the subject before writing what names its bytes.',
      });
    }
  }
}

/** A row that is there (`stored`) or will be. */
interface Row extends RecordRow {
  stored: boolean;
  /** Set while this batch makes a stored row step back. */
  changed: boolean;
  /** It stepped back in this batch only because its source or run did: stating it again undoes that. */
  followed: boolean;
  record(): StoreRecord;
}

interface History {
  /** Newest row of each id. */
  latest: Map<string, Row>;
  /** Current row of each slot. */
  slots: Map<string, Row>;
  /** Rows that are current, by their source or run. */
  children: Map<string, Set<Row>>;
  touched: Set<Row>;
  links: StoreRecord[];
  added: Row[];
}

async function loadHistory(
  transaction: Transaction<Tables>,
  batch: readonly Ready[],
  breath: Breath,
): Promise<History> {
  const ids = new Set<string>();
  const slots = new Set<string>();
  const parents = new Set<string>();
  const returning = new Set<string>();
  for (const { record, place } of batch) {
    ids.add(record.id);
    if (place.parent) ids.add(place.parent);
    if (place.slot) slots.add(place.slot);
    for (const id of supersededIds(record)) {
      ids.add(id);
      parents.add(id);
    }
    if (record.kind === 'source') parents.add(record.id);
    if (record.kind === 'transfer') {
      for (const id of record.withdraws) {
        ids.add(id);
        parents.add(id);
      }
      for (const id of record.restates) {
        ids.add(id);
        returning.add(id);
      }
    }
    if (record.kind === 'run') for (const id of [...record.findings, ...record.artifacts]) ids.add(id);
  }
  const history: History = {
    latest: new Map(),
    slots: new Map(),
    children: new Map(),
    touched: new Set(),
    links: [],
    added: [],
  };
  const bySequence = new Map<number, Row>();
  const take = (stored: RecordRow) => {
    let row = bySequence.get(stored.sequence);
    if (!row) {
      row = { ...stored, stored: true, changed: false, followed: false, record: () => JSON.parse(stored.json) };
      bySequence.set(stored.sequence, row);
    }
    return row;
  };
  for (const some of chunks([...ids])) {
    await breath(checked);
    const rows = await transaction
      .selectFrom('record')
      .selectAll()
      .where('id', 'in', some)
      .orderBy('sequence')
      .execute();
    for (const row of rows) history.latest.set(row.id, take(row));
  }
  await loadFollowers(transaction, returning, history, take, slots);
  // What a run made is stated again with it, in the slots that it holds now.
  for (const { record } of batch) {
    if (record.kind !== 'run') continue;
    for (const id of record.findings) {
      const slot = history.latest.get(id)?.slot;
      if (slot) slots.add(slot);
    }
  }
  for (const some of chunks([...slots])) {
    const rows = await transaction
      .selectFrom('record')
      .selectAll()
      .where('slot', 'in', some)
      .where('superseded_by', 'is', null)
      .execute();
    for (const row of rows) if (row.slot) history.slots.set(row.slot, take(row));
  }
  for (const some of chunks([...parents])) {
    const rows = await transaction
      .selectFrom('record')
      .selectAll()
      .where('parent', 'in', some)
      .where('superseded_by', 'is', null)
      .execute();
    for (const row of rows) addChild(history, take(row));
  }
  return history;
}

/** What stepped back together with records that a transfer brings back: it comes back with them, into its slot. */
async function loadFollowers(
  transaction: Transaction<Tables>,
  returning: ReadonlySet<string>,
  history: History,
  take: (row: RecordRow) => Row,
  slots: Set<string>,
): Promise<void> {
  const parents = [...returning].flatMap((id) => history.latest.get(id) ?? []);
  const subjects = new Set(parents.map(({ subject }) => subject));
  for (const subject of subjects) {
    for (const some of chunks(parents.filter((row) => row.subject === subject).map(({ id }) => id))) {
      const rows = await transaction
        .selectFrom('record')
        .selectAll()
        .where('subject', '=', subject)
        .where('parent', 'in', some)
        .orderBy('sequence')
        .execute();
      for (const row of rows) history.latest.set(row.id, take(row));
      for (const { slot } of rows) if (slot) slots.add(slot);
    }
  }
  for (const { slot } of parents) if (slot) slots.add(slot);
}

/** Takes one statement into the history. */
function state(history: History, { record, place, json }: Ready): void {
  const before = history.latest.get(record.id);
  if (!before) {
    refuseLateReplacement(history, record);
    add(history, record, place, json, parentGone(history, place));
    replaceStated(history, record);
    if (record.kind === 'transfer') carryOut(history, record);
    return;
  }
  if (before.kind !== record.kind || before.subject !== subjectOf(record)) refuseForeign(before, record);
  if (before.value_hash !== place.statement) {
    assertMayChange(before.record(), record);
    // A corrected source stays corrected, however anew it is read.
    const gone = before.superseded_by !== null && before.superseded_by !== record.id ? before.superseded_by : undefined;
    stepBack(history, before, record.id);
    if (record.kind === 'source') follow(history, record.id, record.id);
    add(history, record, place, json, staysSuperseded(record) ? gone : undefined);
    replaceStated(history, record);
    return;
  }
  restate(history, before);
  if (record.kind === 'run') {
    replaceStated(history, record);
    for (const id of [...record.findings, ...record.artifacts]) {
      const made = history.latest.get(id);
      if (made) restate(history, made);
    }
  }
}

/** Says again what is there already: nothing changes when it is current; otherwise it comes back where it may. */
function restate(history: History, before: Row): void {
  if (before.superseded_by === null) return;
  if (before.followed && before.stored) {
    before.superseded_by = null;
    before.changed = false;
    before.followed = false;
    history.touched.delete(before);
    occupy(history, before);
    return;
  }
  const record = before.record();
  if (staysSuperseded(record)) return;
  const place: Place = {
    slot: before.slot ?? undefined,
    parent: before.parent ?? undefined,
    statement: before.value_hash,
  };
  if (parentGone(history, place) !== undefined) return;
  add(history, record, place, before.json, undefined);
}

function add(history: History, record: StoreRecord, place: Place, json: string, gone: string | undefined): void {
  const row: Row = {
    sequence: 0,
    id: record.id,
    kind: record.kind,
    subject: subjectOf(record),
    slot: place.slot ?? null,
    parent: place.parent ?? null,
    value_hash: place.statement,
    superseded_by: gone ?? null,
    json,
    stored: false,
    changed: false,
    followed: false,
    record: () => record,
  };
  if (gone === undefined) occupy(history, row);
  history.latest.set(row.id, row);
  history.added.push(row);
  history.links.push(record);
}

/** Puts a current row into its slot and beside its siblings. */
function occupy(history: History, row: Row): void {
  if (row.slot) {
    const holder = history.slots.get(row.slot);
    if (holder && holder !== row) stepBack(history, holder, row.id);
    history.slots.set(row.slot, row);
  }
  addChild(history, row);
}

function addChild(history: History, row: Row): void {
  if (!row.parent) return;
  const siblings = history.children.get(row.parent) ?? new Set();
  history.children.set(row.parent, siblings.add(row));
}

function stepBack(history: History, row: Row, by: string, followed = false): void {
  if (row.superseded_by !== null) return;
  row.superseded_by = by;
  row.followed = followed;
  if (row.stored) {
    row.changed = true;
    history.touched.add(row);
  }
  if (row.parent) history.children.get(row.parent)?.delete(row);
  if (row.slot && history.slots.get(row.slot) === row) history.slots.delete(row.slot);
}

/** Only at its first statement: said again, it is the same act. */
function carryOut(history: History, transfer: Transfer): void {
  for (const id of [...transfer.withdraws, ...transfer.restates]) {
    if (history.latest.get(id)?.subject === transfer.subject) continue;
    throw new IdiographError('not-found', `${transfer.id} names ${id}, which is no record of ${transfer.subject}`, {
      id,
      subject: transfer.subject,
    });
  }
  for (const id of transfer.withdraws) {
    stepBack(history, history.latest.get(id)!, transfer.id);
    follow(history, id, transfer.id);
  }
  const children = Map.groupBy(history.latest.values(), ({ parent }) => parent);
  for (const id of transfer.restates) {
    const row = history.latest.get(id)!;
    const by = row.superseded_by;
    if (by === null) continue;
    comeBack(history, row);
    for (const child of children.get(id) ?? []) if (child.superseded_by === by) comeBack(history, child);
  }
}

/** The return is a row of its own, so that the history shows when. */
function comeBack(history: History, row: Row): void {
  const place: Place = { slot: row.slot ?? undefined, parent: row.parent ?? undefined, statement: row.value_hash };
  add(history, row.record(), place, row.json, undefined);
}

function follow(history: History, parent: string, by: string): void {
  for (const child of [...(history.children.get(parent) ?? [])]) stepBack(history, child, by, true);
}

function replaceStated(history: History, record: StoreRecord): void {
  for (const id of supersededIds(record)) {
    const older = history.latest.get(id);
    if (older) stepBack(history, older, record.id);
    follow(history, id, record.id);
  }
}

/** The newer source that made this fact's or region's source obsolete, if one did. */
function parentGone(history: History, place: Place): string | undefined {
  const parent = place.parent === undefined ? undefined : history.latest.get(place.parent);
  if (parent?.kind !== 'source' || parent.superseded_by === null) return undefined;
  return parent.superseded_by;
}

/** Two people correcting the same thing at once: the second is told, instead of one of them being hidden. */
function refuseLateReplacement(history: History, record: StoreRecord): void {
  if (!staysSuperseded(record)) return;
  for (const id of supersededIds(record)) {
    const older = history.latest.get(id);
    if (!older || older.kind !== record.kind || older.subject !== subjectOf(record)) {
      throw new IdiographError(
        'not-found',
        `${record.id} supersedes ${id}, which is no ${record.kind} of this subject`,
        {
          id: record.id,
          supersedes: id,
        },
      );
    }
    if (older.superseded_by !== null && older.superseded_by !== id) {
      throw new IdiographError('conflict', `${id} was already superseded by ${older.superseded_by}`, {
        id: record.id,
        supersedes: id,
        supersededBy: older.superseded_by,
        remedy: `Look at ${older.superseded_by} and supersede that, if it still needs to be.`,
      });
    }
  }
}

function refuseForeign(before: Row, record: StoreRecord): never {
  throw new IdiographError(
    'conflict',
    `id ${record.id} belongs to a ${before.kind} of subject ${before.subject} already, not to a ${record.kind} of ${subjectOf(record)}`,
    { id: record.id, remedy: 'An id hash has to contain its subject, directly or through its inputs.' },
  );
}

async function save(transaction: Transaction<Tables>, history: History, breath: Breath): Promise<void> {
  for (const row of history.touched) {
    await transaction
      .updateTable('record')
      .set({ superseded_by: row.superseded_by })
      .where('sequence', '=', row.sequence)
      .execute();
  }
  if (history.added.length === 0) return;
  const first = await takeNumbers(transaction, 'sequence', history.added.length);
  const rows = history.added.map((row, index) => ({
    sequence: first + index,
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    slot: row.slot,
    parent: row.parent,
    value_hash: row.value_hash,
    superseded_by: row.superseded_by,
    json: row.json,
  }));
  let kept = 0;
  for (const some of chunks(rows)) {
    await breath(lookedUp + ((recorded - lookedUp) * kept) / rows.length);
    await transaction.insertInto('record').values(some).execute();
    kept += some.length;
  }
  const marks = rows.flatMap(({ kind, json, sequence, subject }) =>
    kind === 'identity' ? identityMarks(JSON.parse(json)).map((mark) => ({ mark, sequence, subject })) : [],
  );
  for (const some of chunks(marks)) await transaction.insertInto('mark').values(some).execute();
  const links = history.links.flatMap((record) =>
    recordLinks(record).map((to) => ({ from_id: record.id, to_id: to, subject: subjectOf(record) })),
  );
  let linked = 0;
  for (const some of chunks(links)) {
    await breath(recorded + ((1 - recorded) * linked) / links.length);
    linked += some.length;
    await transaction
      .insertInto('link')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Advances a counter; returns the first of the numbers taken. They are never given out again. */
export async function takeNumbers(
  transaction: Transaction<Tables>,
  name: 'sequence' | 'subject',
  howMany: number,
): Promise<number> {
  const { value } = await transaction
    .updateTable('counter')
    .set((expression) => ({ value: expression('value', '+', howMany) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - howMany + 1;
}

export function* chunks<T>(items: readonly T[], size = chunkRows): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
