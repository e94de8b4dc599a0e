import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access, Store } from '../dossier/store.ts';
import { drugsTsv, type PgxResult, pgxTsv } from '../genomics/pgxTable.ts';
import type { Worked } from './outputs.ts';

/** What `pgx --out` writes besides the report: pgx.json, pgx.tsv and pgx-drugs.tsv. */
export async function writePgx(
  _store: Store,
  _worked: readonly Worked[],
  results: readonly PgxResult[],
  out: string,
  _options: { access: Access; card: boolean; asOf: string },
): Promise<void> {
  const json = results.length === 1 ? results[0] : results;
  await writeFile(join(out, 'pgx.json'), `${JSON.stringify(json, null, 1)}\n`);
  await writeFile(join(out, 'pgx.tsv'), pgxTsv(results));
  await writeFile(join(out, 'pgx-drugs.tsv'), drugsTsv(results));
}
