import { tableDelimiter } from '../table/sniff.ts';
import { headText } from '../text.ts';
import { readColumns } from './columns.ts';
import { diaryColumns } from './diary.ts';
import { isDictionary } from './dictionary.ts';
import { loadFormNames } from './formNames.ts';

/** A table whose header row names answers to questionnaires or a diary, or the data dictionary of such a table. */
export function sniffAnswers(head: Uint8Array): boolean {
  const text = headText(head);
  const delimiter = text === undefined ? undefined : (tableDelimiter(text) ?? longHeader(text));
  if (text === undefined || delimiter === undefined) return false;
  const header = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]!
    .split(delimiter)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  if (isDictionary(splitQuoted(text))) return true;
  if (diaryColumns(header)) return true;
  const { long, forms, ofRow } = readColumns(header, loadFormNames());
  return long !== undefined || forms.reduce((sum, { items }) => sum + items.length, 0) >= 2 || ofRow.length >= 2;
}

/** The header of a project with hundreds of fields is longer than the head: no second row tells the delimiter. */
function longHeader(text: string): ',' | undefined {
  return text.length >= 4000 && !text.includes('\n') && /^"?(record_id|study_id|participant_id|redcap_)/i.test(text)
    ? ','
    : undefined;
}

/** Names of a header row whose cells hold commas inside quotes. */
function splitQuoted(text: string): string[] {
  const line = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0]!;
  return [...line.matchAll(/"((?:[^"]|"")*)"|([^,]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
