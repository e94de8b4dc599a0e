import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Severity } from '../../dossier/issue.ts';
import { type Database, openDatabase } from '../../store/sqlite/database.ts';
import { knownMigrations, migrate } from '../../store/sqlite/migrate.ts';
import type { FileOutcome, Imported, JobFile, JobRecord } from './job.ts';

interface JobRow {
  id: string;
  number: number;
  type: string;
  state: string;
  account: string;
  actor: string;
  purpose: string;
  created: string;
  started: string | null;
  finished: string | null;
  upload: string | null;
  subject: string | null;
  as_one_patient: number;
  interruptions: number;
  crashes: number;
  stop_wanted: number;
  imported: string | null;
  result: string | null;
  problem: string | null;
}

interface FileRow {
  job: string;
  number: number;
  outcome: string;
  path: string;
  format: string | null;
  subjects: string | null;
  code: string | null;
  severity: string | null;
  message: string | null;
  remedy: string | null;
}

export type JobDatabase = Database<{ job: JobRow; job_file: FileRow }>;

/** Jobs on disk. What has resolved survives a kill. */
export interface JobTable {
  /** In the order of asking, without what was recognised and computed. */
  all(): Promise<JobRecord[]>;
  get(id: string): Promise<JobRecord | undefined>;
  add(job: Omit<JobRecord, 'number'>): Promise<JobRecord>;
  change(id: string, change: Partial<JobRecord>): Promise<void>;
  /** What an import recognised, with each file of it: from then on the import is over. */
  keepImported(id: string, imported: Imported, files: readonly JobFile[]): Promise<void>;
  files(id: string, outcome: FileOutcome, from: number, count: number): Promise<{ files: JobFile[]; total: number }>;
  remove(ids: readonly string[]): Promise<void>;
  /** Jobs that name one of these subjects, with what they recognised. */
  naming(subjects: readonly string[]): Promise<JobRecord[]>;
  /** After a removal that must leave nothing: empties the log of the database. */
  emptyLog(): void;
  close(): Promise<void>;
}

const lean = [
  'id',
  'number',
  'type',
  'state',
  'account',
  'actor',
  'purpose',
  'created',
  'started',
  'finished',
  'upload',
  'subject',
  'as_one_patient',
  'interruptions',
  'crashes',
  'stop_wanted',
  'problem',
] as const;

/** Rows of one transaction: the other process must not wait longer than it takes to write these. */
const rowsAtOnce = 500;

/** Opens `jobs.sqlite` in this folder, or makes it. Safe for several processes. */
export async function openJobTable(directory: string): Promise<JobTable> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'jobs.sqlite');
  const database: JobDatabase = await openDatabase(path);
  try {
    database.raw.exec('pragma foreign_keys = on');
    await migrate(database, knownMigrations(join(import.meta.dirname, 'migrations')));
  } catch (error) {
    await database.close();
    throw error;
  }
  const { kysely } = database;
  return {
    async all() {
      const rows = await kysely.selectFrom('job').select(lean).orderBy('number').execute();
      return rows.map((row) => jobIn({ ...row, imported: null, result: null }));
    },
    async get(id) {
      const row = await kysely.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
      return row && jobIn(row);
    },
    add: (job) =>
      database.write(async (transaction) => {
        const last = await transaction
          .selectFrom('job')
          .select((row) => row.fn.max('number').as('number'))
          .executeTakeFirst();
        const record = { ...job, number: (last?.number ?? 0) + 1 };
        await transaction.insertInto('job').values(rowOf(record)).execute();
        return record;
      }),
    async change(id, change) {
      await database.write((transaction) =>
        transaction.updateTable('job').set(changesOf(change)).where('id', '=', id).execute(),
      );
    },
    async keepImported(id, imported, files) {
      await database.write((transaction) => transaction.deleteFrom('job_file').where('job', '=', id).execute());
      for (let at = 0; at < files.length; at += rowsAtOnce) {
        const rows = files.slice(at, at + rowsAtOnce).map((file) => fileRowOf(id, file));
        await database.write(async (transaction) => {
          // Few enough values for one statement.
          for (let row = 0; row < rows.length; row += 50)
            await transaction
              .insertInto('job_file')
              .values(rows.slice(row, row + 50))
              .execute();
        });
        await nextTurn();
      }
      const text = JSON.stringify(imported);
      await database.write((transaction) =>
        transaction.updateTable('job').set({ imported: text }).where('id', '=', id).execute(),
      );
    },
    async files(id, outcome, from, count) {
      const some = kysely.selectFrom('job_file').where('job', '=', id).where('outcome', '=', outcome);
      const rows = await some.selectAll().orderBy('number').offset(from).limit(count).execute();
      const counted = await some.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirst();
      return { files: rows.map(fileIn), total: counted?.total ?? 0 };
    },
    async remove(ids) {
      for (const id of ids)
        await database.write((transaction) => transaction.deleteFrom('job').where('id', '=', id).execute());
    },
    async naming(subjects) {
      const wanted = new Set(subjects);
      const jobs = (await kysely.selectFrom('job').selectAll().orderBy('number').execute()).map(jobIn);
      return jobs.filter(({ subject, imported }) =>
        [subject, ...(imported?.subjects ?? []).map((one) => one.subject)].some(
          (one) => one !== undefined && wanted.has(one),
        ),
      );
    },
    emptyLog: () => database.raw.exec('pragma wal_checkpoint(truncate)'),
    close: () => database.close(),
  };
}

function rowOf(job: JobRecord): JobRow {
  const { asOnePatient, stopWanted, imported, result, problem, ...rest } = job;
  return {
    ...rest,
    started: job.started ?? null,
    finished: job.finished ?? null,
    upload: job.upload ?? null,
    subject: job.subject ?? null,
    as_one_patient: Number(asOnePatient),
    stop_wanted: Number(stopWanted),
    imported: jsonOf(imported),
    result: jsonOf(result),
    problem: jsonOf(problem),
  };
}

/** Columns of what is to change, and of nothing else. */
function changesOf(change: Partial<JobRecord>): Partial<JobRow> {
  const whole = rowOf({ asOnePatient: false, stopWanted: false, ...change } as JobRecord);
  const columns: Readonly<Record<string, keyof JobRow>> = { asOnePatient: 'as_one_patient', stopWanted: 'stop_wanted' };
  const names = Object.keys(change).map((name) => columns[name] ?? (name as keyof JobRow));
  return Object.fromEntries(names.map((name) => [name, whole[name]]));
}

function jobIn(row: JobRow): JobRecord {
  const { as_one_patient, stop_wanted, ...rest } = row;
  return {
    ...rest,
    type: row.type as JobRecord['type'],
    state: row.state as JobRecord['state'],
    started: row.started ?? undefined,
    finished: row.finished ?? undefined,
    upload: row.upload ?? undefined,
    subject: row.subject ?? undefined,
    asOnePatient: as_one_patient === 1,
    stopWanted: stop_wanted === 1,
    imported: parsed(row.imported),
    result: parsed(row.result),
    problem: parsed(row.problem),
  };
}

function fileRowOf(job: string, { number, outcome, path, format, subjects, issue }: JobFile): FileRow {
  return {
    job,
    number,
    outcome,
    path,
    format: format ?? null,
    subjects: jsonOf(subjects),
    code: issue?.code ?? null,
    severity: issue?.severity ?? null,
    message: issue?.message ?? null,
    remedy: issue?.remedy ?? null,
  };
}

function fileIn(row: FileRow): JobFile {
  const { number, path, format, subjects, code, severity, message, remedy } = row;
  return {
    number,
    outcome: row.outcome as FileOutcome,
    path,
    ...(format !== null && { format }),
    ...(subjects !== null && { subjects: JSON.parse(subjects) as string[] }),
    ...(code !== null &&
      message !== null && {
        issue: { code, severity: severity as Severity, message, ...(remedy !== null && { remedy }) },
      }),
  };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function parsed<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}
