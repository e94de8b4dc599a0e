import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { openDatabase } from '../../store/sqlite/database.ts';
import { knownMigrations, migrate } from '../../store/sqlite/migrate.ts';
import { FormAnswers } from './answers.ts';

export interface DraftKey {
  subject: string;
  instrument: string;
  account: string;
}

export interface FormDraft extends DraftKey {
  /** Goes up by one with each saving: what a tab shows is told from what another has saved since. */
  version: number;
  filledBy: 'patient' | 'clinician';
  answers: FormAnswers;
  startedAt: string;
  savedAt: string;
}

interface DraftRow extends DraftKey {
  version: number;
  filled_by: string;
  answers: string;
  started: string;
  saved: string;
}

/** Forms that are being filled in. What `save` has resolved is on disk and survives a kill. */
export interface Drafts {
  get(key: DraftKey): Promise<FormDraft | undefined>;
  list(subject: string, account: string): Promise<FormDraft[]>;
  /**
   * Saves answers on top of the version that was seen (0: none). Throws `conflict` with the newer draft when another tab
   * has saved since.
   */
  save(
    key: DraftKey,
    given: { answers: FormAnswers; filledBy: FormDraft['filledBy']; basedOn: number; at: string },
  ): Promise<FormDraft>;
  discard(key: DraftKey): Promise<void>;
  /** Forgets the drafts of everybody who is not among these: erased people leave nothing. */
  keepOnly(subjects: readonly string[]): Promise<number>;
  /** Forgets all drafts of these, also in the log of the database. */
  forgetSubjects(subjects: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens `drafts.sqlite` in this folder, or makes it. Safe for several processes. */
export async function openDrafts(directory: string): Promise<Drafts> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'drafts.sqlite');
  const database = await openDatabase<{ draft: DraftRow }>(path);
  try {
    await chmod(path, 0o600);
    await migrate(database, knownMigrations(join(import.meta.dirname, 'migrations')));
  } catch (error) {
    await database.close();
    throw error;
  }
  const { kysely } = database;
  const select = ({ subject, instrument, account }: DraftKey, from = kysely) =>
    from
      .selectFrom('draft')
      .selectAll()
      .where('subject', '=', subject)
      .where('instrument', '=', instrument)
      .where('account', '=', account);
  return {
    async get(key) {
      const row = await select(key).executeTakeFirst();
      return row && draftIn(row);
    },
    async list(subject, account) {
      const rows = await kysely
        .selectFrom('draft')
        .selectAll()
        .where('subject', '=', subject)
        .where('account', '=', account)
        .orderBy('instrument')
        .execute();
      return rows.map(draftIn);
    },
    save: (key, { answers, filledBy, basedOn, at }) =>
      database.write(async (transaction) => {
        const before = await select(key, transaction).executeTakeFirst();
        if ((before?.version ?? 0) !== basedOn) throw draftConflict(before && draftIn(before));
        const row: DraftRow = {
          ...key,
          version: basedOn + 1,
          filled_by: filledBy,
          answers: JSON.stringify(answers),
          started: before?.started ?? at,
          saved: at,
        };
        await transaction
          .insertInto('draft')
          .values(row)
          .onConflict((conflict) => conflict.columns(['subject', 'instrument', 'account']).doUpdateSet(row))
          .execute();
        return draftIn(row);
      }),
    async discard({ subject, instrument, account }) {
      await database.write((transaction) =>
        transaction
          .deleteFrom('draft')
          .where('subject', '=', subject)
          .where('instrument', '=', instrument)
          .where('account', '=', account)
          .execute(),
      );
    },
    async keepOnly(subjects) {
      const there = await kysely.selectFrom('draft').select('subject').distinct().execute();
      const gone = there.map(({ subject }) => subject).filter((subject) => !subjects.includes(subject));
      for (const subject of gone)
        await database.write((transaction) => transaction.deleteFrom('draft').where('subject', '=', subject).execute());
      return gone.length;
    },
    async forgetSubjects(subjects) {
      for (const subject of subjects)
        await database.write((transaction) => transaction.deleteFrom('draft').where('subject', '=', subject).execute());
      database.raw.exec('pragma wal_checkpoint(truncate)');
    },
    close: () => database.close(),
  };
}

/** The refusal of a tab that has not seen the newest answers. */
export function draftConflict(draft: FormDraft | undefined): IdiographError {
  return new IdiographError(
    'conflict',
    draft === undefined
      ? 'this form was completed or discarded in another tab'
      : `another tab saved this form at ${draft.savedAt}`,
    { reason: 'changed', draft: draft ?? null, remedy: 'Look at the answers that are saved, then go on from there.' },
  );
}

function draftIn(row: DraftRow): FormDraft {
  const { subject, instrument, account, version, started, saved } = row;
  return {
    subject,
    instrument,
    account,
    version,
    filledBy: row.filled_by === 'patient' ? 'patient' : 'clinician',
    answers: FormAnswers.parse(JSON.parse(row.answers)),
    startedAt: started,
    savedAt: saved,
  };
}
