import { parse } from 'csv-parse/sync';
import { headText } from '../text.ts';
import { looksLikeBloodColumns } from './bloodColumns.ts';

/** A table with a header row, or the mapping of one. */
export function sniffTable(head: Uint8Array): boolean {
  const text = headText(head);
  return (
    (text !== undefined && (looksLikeMapping(text) || looksLikeBloodColumns(text))) || delimiterOf(head) !== undefined
  );
}

export function looksLikeMapping(text: string): boolean {
  return /^\s*\{/.test(text) && /"mapping"\s*:\s*1\b/.test(text);
}

const delimiters = ['\t', ',', ';'] as const;

/** The delimiter with which the first two lines of a text make rows of one width of two or more, or undefined. */
export function tableDelimiter(text: string): string | undefined {
  if (/^\s*[{[<#]/.test(text) || /^(MSH|FHS|BHS)\|/.test(text)) return undefined;
  const end = Math.max(text.lastIndexOf('\n'), 0);
  const whole = text.length < 4000 && end < text.length ? text : text.slice(0, end);
  for (const delimiter of delimiters) {
    const [header, row] = firstRows(whole, delimiter);
    if (header && row && header.length >= 2 && header.length === row.length && header.some(isName)) return delimiter;
  }
  return undefined;
}

function isName(cell: string): boolean {
  return /[a-z]/i.test(cell) && cell.length <= 200;
}

function firstRows(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { delimiter, to_line: 40, to: 2, ...csvOptions });
  } catch {
    return [];
  }
}

/** How lenient a table is read, the same for recognising and for reading. */
export const csvOptions = { bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true } as const;

function delimiterOf(head: Uint8Array): string | undefined {
  const text = headText(head) ?? windowsText(head);
  return text === undefined ? undefined : tableDelimiter(text);
}

/** Text of spreadsheets that are not UTF-8: Windows-1252, where no byte of a table is a control character. */
function windowsText(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('windows-1252').decode(bytes);
  return /[\u0000-\u0008\u000e-\u001f\u0080-\u009f]/.test(text) ? undefined : text;
}
