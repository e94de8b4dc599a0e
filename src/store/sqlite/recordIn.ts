import { IdiographError } from '../../dossier/errors.ts';
import type { StoreRecord } from '../../dossier/store.ts';
import { subjectOf } from '../records.ts';
import type { RecordRow } from './schema.ts';

/** The record in a row. Throws `store-corrupt` for a row that is not whole. */
export function recordIn(row: Pick<RecordRow, 'id' | 'subject' | 'json'>): StoreRecord {
  try {
    const record: StoreRecord = JSON.parse(row.json);
    if (record.id === row.id && subjectOf(record) === row.subject) return record;
  } catch {
    // falls through to the same answer
  }
  throw new IdiographError('store-corrupt', `record ${row.id} is not whole`, {
    id: row.id,
    remedy: 'Run `idiograph doctor`, then restore a backup.',
  });
}
