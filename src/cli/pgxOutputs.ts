import { join } from 'node:path';
import type { Access, Store } from '../dossier/store.ts';
import { toGenomicsBundle } from '../exchange/genomicsBundle.ts';
import { drugsTsv, type PgxResult, pgxTsv } from '../genomics/pgxTable.ts';
import { pgxCard } from '../report/pgxCard.ts';
import { genomicsFacts } from './genomicsFacts.ts';
import type { Worked } from './outputs.ts';
import { version } from './version.ts';
import { writeWhole } from './wholeFile.ts';

/**
 * What `pgx --out` writes besides the report: pgx.json, pgx.tsv, pgx-drugs.tsv and genomics.fhir.json; with several
 * samples one bundle each; the wallet card only when it was asked for. `results[i]` is of `worked[i]`.
 */
export async function writePgx(
  store: Store,
  worked: readonly Worked[],
  results: readonly PgxResult[],
  out: string,
  options: { access: Access; card: boolean; asOf: string; knowledgeDirectory?: string | undefined },
): Promise<void> {
  const put = (name: string, text: string) => writeWhole(join(out, name), text);
  const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  put('pgx.json', json(results.length === 1 ? results[0] : results));
  put('pgx.tsv', pgxTsv(results));
  put('pgx-drugs.tsv', drugsTsv(results));
  const reader = store.reading(options.access);
  const facts = genomicsFacts(options.knowledgeDirectory);
  const program = { name: 'idiograph', version: version() };
  for (const [index, { subject }] of worked.entries()) {
    const [dossier, identities] = await Promise.all([reader.dossier(subject), reader.list(subject, 'identity')]);
    const suffix = worked.length > 1 ? `-${subject}` : '';
    const { sources, findings } = dossier;
    const { build } = results[index]!;
    const bundle = toGenomicsBundle({
      subject: dossier.subject,
      identities,
      sources,
      findings,
      build,
      generatedBy: program,
      facts,
    });
    put(`genomics${suffix}.fhir.json`, json(bundle));
    if (!options.card) continue;
    store.noteAccess(options.access, subject, 'card');
    const card = { subject: dossier.subject, identities, result: results[index]!, asOf: options.asOf, program };
    put(`pgx-card${suffix}.html`, pgxCard(card));
  }
}
