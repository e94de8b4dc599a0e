import { setImmediate as nextTurn } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import type { Dossier } from '../../dossier/analysis.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Blob } from '../../dossier/source.ts';
import type { Access, Reader, RecordOf, StoreRecord, Versioned } from '../../dossier/store.ts';
import type { Identity } from '../../dossier/subject.ts';
import type { BlobFolder } from '../blobs/folder.ts';
import { blobId } from '../links.ts';
import type { AccessLog } from './accessLog.ts';
import type { Database } from './database.ts';
import { overview, sequenceOf } from './overview.ts';
import { recordIn } from './recordIn.ts';
import type { BlobRow, RecordRow } from './schema.ts';
import { chunks } from './write.ts';

const dossierKinds = ['subject', 'source', 'fact', 'entry', 'region', 'finding', 'artifact'] as const;

/** All that a record is read from; the other columns are for looking it up. */
const columns = ['record.id', 'record.subject', 'record.json'] as const;

/** As text, because every request of a page asks them: building the queries would cost more than they do. */
const latestById = 'select * from record where id = ? order by sequence desc limit 1';
const counterQuery = CompiledQuery.raw(`select value from counter where name = 'sequence'`);

/** Files whose hash this process has compared. */
const checked = new Set<string>();

/** A view for one purpose; each of its methods leaves a line in the access log. */
export function sqliteReader(parts: { database: Database; blobs: BlobFolder; log: AccessLog }, access: Access): Reader {
  const { database, blobs, log } = parts;
  const { kysely } = database;

  async function requireBlob(subject: string, sha256: string): Promise<void> {
    const path = blobs.path(subject, sha256);
    const row = await kysely
      .selectFrom('blob')
      .select('bytes')
      .where('subject', '=', subject)
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (!row) throw new IdiographError('not-found', `no blob ${sha256} of ${subject}`, { subject, sha256, path });
  }

  async function current<K extends StoreRecord['kind']>(kind: K): Promise<RecordOf<K>[]> {
    const rows = await kysely
      .selectFrom('record')
      .select(columns)
      .where('kind', '=', kind)
      .where('superseded_by', 'is', null)
      .orderBy('record.subject')
      .orderBy('id')
      .execute();
    return rows.map((row) => recordIn(row) as RecordOf<K>);
  }

  return {
    async subjects(options = {}) {
      log.note(access, '*', 'subjects');
      const subjects = await current('subject');
      return options.merged ? subjects : subjects.filter(({ mergedInto }) => mergedInto === undefined);
    },

    async all<K extends StoreRecord['kind']>(kind: K) {
      log.note(access, '*', `all ${kind}`);
      if (kind !== 'blob') return current(kind);
      const rows = await kysely.selectFrom('blob').selectAll().orderBy('subject').orderBy('sha256').execute();
      return rows.map(blobIn) as RecordOf<K>[];
    },

    async sequence(subject) {
      if (subject !== undefined) return sequenceOf(kysely, subject);
      return (await kysely.executeQuery<{ value: number }>(counterQuery)).rows[0]!.value;
    },

    async changedSince(sequence) {
      const rows = await kysely
        .selectFrom('record')
        .select('subject')
        .distinct()
        .where('sequence', '>', sequence)
        .execute();
      return rows.map(({ subject }) => subject).sort();
    },

    async overview(subjects) {
      log.note(access, subjects?.length === 1 ? subjects[0]! : '*', 'overview');
      return overview(kysely, subjects);
    },

    async identified(marks) {
      log.note(access, '*', 'identified');
      const found = new Map<string, Identity>();
      for (const some of chunks([...new Set(marks)])) {
        const rows = await kysely
          .selectFrom('mark')
          .innerJoin('record', 'record.sequence', 'mark.sequence')
          .select(columns)
          .where('mark', 'in', some)
          .where('superseded_by', 'is', null)
          .execute();
        for (const row of rows) found.set(row.id, recordIn(row) as Identity);
      }
      return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async list<K extends StoreRecord['kind']>(subject: string, kind: K, options: { history?: boolean } = {}) {
      log.note(access, subject, `list ${kind}`);
      if (kind === 'blob') {
        const rows = await kysely
          .selectFrom('blob')
          .selectAll()
          .where('subject', '=', subject)
          .orderBy('sha256')
          .execute();
        return rows.map(blobIn) as RecordOf<K>[];
      }
      const query = kysely
        .selectFrom('record')
        .select(columns)
        .where('record.subject', '=', subject)
        .where('kind', '=', kind);
      const rows = await (options.history ? query : query.where('superseded_by', 'is', null))
        .orderBy('id')
        .orderBy('record.sequence')
        .execute();
      return rows.map((row) => recordIn(row) as RecordOf<K>);
    },

    async get(id) {
      const [subject, sha256] = id.split('/');
      if (subject && sha256) {
        const row = await kysely
          .selectFrom('blob')
          .selectAll()
          .where('subject', '=', subject)
          .where('sha256', '=', sha256)
          .executeTakeFirst();
        if (!row) return undefined;
        log.note(access, subject, 'get', id);
        return { record: blobIn(row), sequence: row.sequence, supersededBy: undefined };
      }
      const [row] = (await kysely.executeQuery<RecordRow>(CompiledQuery.raw(latestById, [id]))).rows;
      if (!row) return undefined;
      log.note(access, row.subject, 'get', id);
      return versioned(row);
    },

    async history(slot) {
      const rows = await kysely
        .selectFrom('record')
        .selectAll()
        .where((where) => where.or([where('slot', '=', slot), where('id', '=', slot)]))
        .orderBy('sequence')
        .execute();
      // The slot itself tells a measure and a time, so the log does not keep it.
      if (rows[0]) log.note(access, rows[0].subject, 'history', rows[0].id);
      return rows.map(versioned);
    },

    async dossier(subject) {
      log.note(access, subject, 'dossier');
      const rows = await kysely
        .selectFrom('record')
        .select(columns)
        .where('record.subject', '=', subject)
        .where('kind', 'in', dossierKinds)
        .where('superseded_by', 'is', null)
        .orderBy('id')
        .execute();
      return dossierOf(subject, await recordsIn(rows));
    },

    async links(id, direction) {
      const [here, there] = direction === 'from' ? (['from_id', 'to_id'] as const) : (['to_id', 'from_id'] as const);
      const rows = await kysely
        .selectFrom('link')
        .select([`${there} as id`, 'subject'])
        .where(here, '=', id)
        .orderBy(there)
        .execute();
      if (rows[0]) log.note(access, rows[0].subject, `links ${direction}`, id);
      return rows.map((row) => row.id);
    },

    async blob(subject, sha256) {
      await requireBlob(subject, sha256);
      log.note(access, subject, 'blob', sha256);
      return blobs.read(subject, sha256);
    },

    async blobStream(subject, sha256) {
      await requireBlob(subject, sha256);
      log.note(access, subject, 'blob', sha256);
      return blobs.stream(subject, sha256);
    },

    async blobFile(subject, sha256) {
      await requireBlob(subject, sha256);
      log.note(access, subject, 'blob', sha256);
      const path = blobs.path(subject, sha256);
      if (!checked.has(path)) {
        const stream = await blobs.stream(subject, sha256);
        await stream.pipeTo(new WritableStream());
        checked.add(path);
      }
      return path;
    },
  };
}

/** Large dossiers take a tenth of a second to parse: others are answered meanwhile. */
async function recordsIn(rows: readonly Parameters<typeof recordIn>[0][]): Promise<StoreRecord[]> {
  const records: StoreRecord[] = [];
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % 1000 === 0) await nextTurn();
    records.push(recordIn(row));
  }
  return records;
}

/** The current records as the analyses see them. Throws `not-found` when there is no such subject. */
function dossierOf(subjectId: string, records: readonly StoreRecord[]): Dossier {
  const subject = records.find((record) => record.kind === 'subject');
  if (!subject) {
    throw new IdiographError('not-found', `no subject ${subjectId}`, {
      subject: subjectId,
      remedy: 'See the subjects that the store has.',
    });
  }
  const of = <K extends StoreRecord['kind']>(kind: K) => records.filter((r): r is RecordOf<K> => r.kind === kind);
  return {
    subject,
    sources: of('source'),
    facts: of('fact'),
    entries: of('entry'),
    regions: of('region'),
    findings: of('finding'),
    artifacts: of('artifact'),
  };
}

function versioned(row: RecordRow): Versioned<StoreRecord> {
  return { record: recordIn(row), sequence: row.sequence, supersededBy: row.superseded_by ?? undefined };
}

function blobIn(row: BlobRow): Blob {
  const { subject, sha256, bytes, media_type: mediaType } = row;
  return { kind: 'blob', id: blobId(subject, sha256), subject, sha256, bytes, mediaType };
}
