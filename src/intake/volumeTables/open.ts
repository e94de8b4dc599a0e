import { IdiographError } from '../../dossier/errors.ts';
import type { TableHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { membersOf } from '../members.ts';
import { readTable } from '../table/csv.ts';
import { valuesOfRow, volumeColumns } from './rows.ts';

/** All numbers of one scan as rows of structure, hemisphere, measure, value and unit, as FreeSurfer's statistics open. */
export async function openVolumes(source: Source, blobs: BlobAccess): Promise<TableHandle> {
  const [member] = await membersOf(source, blobs);
  const bytes = await member!.bytes();
  const readAll = async () => bytes;
  const file = { path: source.path, bytes: bytes.length, head: bytes.subarray(0, 4096), diskPath: '', read: readAll };
  const read = await readTable({ ...file, readAll }, defaultLimits);
  const columns = 'table' in read ? volumeColumns(read.table.columns) : undefined;
  const named = (cells: readonly string[], row: number) => (cells[0]!.trim() || `row ${row + 1}`) === subject;
  const { subject } = source.locator;
  const row = 'table' in read ? read.table.rows.findLastIndex(named) : -1;
  if (!('table' in read) || !columns || row < 0)
    throw new IdiographError('integrity', `${source.path} holds no volumes of this scan`, { id: source.id });
  const values = valuesOfRow(read.table, columns, row);
  return {
    id: source.id,
    columns: ['structure', 'hemisphere', 'measure', 'value', 'unit'],
    async *rows() {
      for (const value of values) yield { ...value };
    },
  };
}
