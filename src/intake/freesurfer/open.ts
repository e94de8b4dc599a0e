import { IdiographError } from '../../dossier/errors.ts';
import type { TableHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import type { BlobAccess } from '../format.ts';
import { membersOf } from '../members.ts';
import { looksLikeStatsTable } from './sniff.ts';
import { parseStats } from './stats.ts';
import { parseStatsTable } from './statsTable.ts';
import { type StatsValue, statsColumns, valuesOfRow, valuesOfStats } from './values.ts';

/** All numbers of a statistics source as rows of structure, hemisphere, measure, value and unit. */
export async function openStats(source: Source, blobs: BlobAccess): Promise<TableHandle> {
  const [member] = await membersOf(source, blobs);
  const text = new TextDecoder().decode(await member!.bytes());
  const values = valuesOf(text, source.locator['subject']);
  if (!values) throw new IdiographError('integrity', `${source.path} holds no statistics`, { id: source.id });
  return {
    id: source.id,
    columns: statsColumns,
    async *rows() {
      for (const value of values) yield { ...value };
    },
  };
}

function valuesOf(text: string, subject: string | undefined): StatsValue[] | undefined {
  if (looksLikeStatsTable(text)) {
    const table = parseStatsTable(text);
    return table && subject !== undefined ? valuesOfRow(table, subject) : undefined;
  }
  const stats = parseStats(text);
  return stats && valuesOfStats(stats);
}
