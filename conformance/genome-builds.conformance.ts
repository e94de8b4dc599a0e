import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { alleles, fullDefinitions, reducedDefinitions, verdict } from './genomicsCalls.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const positionTable = 'genomics/facts/positions.tsv';
const variantTable = 'genomics/facts/pypgx/variant-table.csv';

const rowsOf = (path: string, delimiter: string) =>
  parse(readFileSync(sharedData(path)!), {
    columns: true,
    delimiter,
    quote: delimiter === ',' ? '"' : null,
    relax_column_count: true,
  }) as Record<string, string>[];

/**
 * Three indels that PyPGx writes at another end of their repeat in GRCh37 than in GRCh38, so that its two columns are not
 * the same base. UCSC's chain hg38ToHg19 gives ours (and gives ours for all of the 1,201, looked at once by hand).
 */
const spelledElsewhere = new Set(['rs1304490498', 'rs72549354', 'rs137852338']);

const builds: Conformance = {
  id: 'genomics.builds',
  method: 'Places and reference bases of pharmacogene positions in GRCh37',
  oracle: 'PyPGx 0.26 variant table, both builds (MIT): 745 of 1,201 positions',
  errorIs: 'verdict',
  needs: [positionTable, variantTable, alleles],
  async run() {
    const cases: Case[] = [];
    const full = fullDefinitions();
    for (const row of rowsOf(positionTable, '\t')) {
      const definition = [...full.values()].find(({ gene }) => gene === row['gene']);
      const position = definition?.positions.find(({ pos }) => pos.GRCh38 === Number(row['pos_grch38']));
      if (!position) continue;
      const stated = row['pos_grch37_from_pypgx'];
      const ours = position.pos.GRCh37;
      const agrees = stated === '' ? ours !== undefined : ours === Number(stated);
      const good = agrees || spelledElsewhere.has(row['rsid'] ?? '');
      cases.push(verdict(`${row['gene']} ${row['pos_grch38']}`, good, `ours ${ours}, table ${stated}`));
    }
    const byPlace = new Map(rowsOf(variantTable, ',').map((row) => [`${row['Gene']} ${row['GRCh37Position']}`, row]));
    for (const { gene, positions } of reducedDefinitions().values()) {
      for (const { pos, ref } of positions) {
        const row = byPlace.get(`${gene} ${pos.GRCh37}`);
        if (!row || row['GRCh37Allele']!.length !== 1 || ref.GRCh37!.length !== 1) continue;
        const note = `ours ${ref.GRCh37}, table ${row['GRCh37Allele']}`;
        cases.push(verdict(`${gene} ${pos.GRCh37} base`, ref.GRCh37 === row['GRCh37Allele'], note));
      }
    }
    return cases;
  },
};

export default builds;
