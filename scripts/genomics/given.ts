import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

export const folder = process.argv[2] ?? '';
if (!folder) throw new Error('usage: node scripts/tabulate-genomics.ts FOLDER');

export type Row = Record<string, string>;

export const read = (path: string) => readFileSync(join(folder, path));
const csv = (path: string) => parse(read(path), { columns: true }) as Row[];
export const tsv = (path: string) =>
  parse(read(path), { columns: true, delimiter: '\t', quote: null, relax_column_count: true }) as Row[];

export const variantRows = csv('pypgx/variant-table.csv');
export const alleleRows = csv('pypgx/allele-table.csv');
