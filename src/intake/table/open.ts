import { IdiographError } from '../../dossier/errors.ts';
import type { TableHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { membersOf } from '../members.ts';
import { readTable } from './csv.ts';

/** The rows of a table source; of one patient only, where the source is one patient's part of the table. */
export async function openCsv(source: Source, blobs: BlobAccess): Promise<TableHandle> {
  const [member] = await membersOf(source, blobs);
  const bytes = await member!.bytes();
  const head = bytes.subarray(0, 4096);
  const readAll = async () => bytes;
  const file = { path: source.path, bytes: bytes.length, head, diskPath: '', read: readAll, readAll };
  const read = await readTable(file, defaultLimits);
  if ('refused' in read) {
    throw new IdiographError('integrity', `${source.path} cannot be read: ${read.refused.message}`, { id: source.id });
  }
  const { columns, rows } = read.table;
  const { column, patient } = source.locator;
  const only = column === undefined ? -1 : columns.indexOf(column);
  return {
    id: source.id,
    columns,
    async *rows() {
      for (const row of rows) {
        if (only >= 0 && row[only]!.trim() !== patient) continue;
        yield Object.fromEntries(columns.map((name, index) => [name, row[index]!]));
      }
    },
  };
}
