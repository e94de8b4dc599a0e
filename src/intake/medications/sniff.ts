import { tableDelimiter } from '../table/sniff.ts';
import { headText } from '../text.ts';
import { medicationColumns } from './columns.ts';

/** A table whose header row names medicines; one column alone is enough when it is called `medication` or `drug`. */
export function sniffMedications(head: Uint8Array): boolean {
  const text = headText(head)?.replace(/^\ufeff/, '');
  if (text === undefined) return false;
  const delimiter = tableDelimiter(text) ?? '\t';
  const header = text.split(/\r?\n/, 1)[0]!.split(delimiter);
  return medicationColumns(header.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))) !== undefined;
}
