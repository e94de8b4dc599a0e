import { tableDelimiter } from '../table/sniff.ts';
import { headText } from '../text.ts';
import { answerColumns } from './columns.ts';

/** A table whose header row names answers to questionnaires. */
export function sniffAnswers(head: Uint8Array): boolean {
  const text = headText(head);
  const delimiter = text === undefined ? undefined : tableDelimiter(text);
  if (text === undefined || delimiter === undefined) return false;
  const header = text.split(/\r?\n/, 1)[0]!.split(delimiter);
  return answerColumns(header.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))) !== undefined;
}
