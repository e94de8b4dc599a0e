import { tableDelimiter } from '../table/sniff.ts';
import { headText } from '../text.ts';
import { trialColumns } from './rows.ts';

/** The frozen plan of a trial as JSON, or the table of its days. */
export function sniffTrial(head: Uint8Array): boolean {
  const text = headText(head);
  return text !== undefined && (looksLikePlan(text) || looksLikeDays(text));
}

export function looksLikePlan(text: string): boolean {
  return (
    /^\uFEFF?\s*\{/.test(text) &&
    (/"form"\s*:\s*"trial"/.test(text) ||
      (/"plan"\s*:\s*\{/.test(text) && /"periodDays"|"minimumDays"|"firstStart"/.test(text)))
  );
}

/** A header that names day, treatment and value, and nothing that a trial does not have: other tables belong to others. */
function looksLikeDays(text: string): boolean {
  const delimiter = tableDelimiter(text);
  if (delimiter === undefined) return false;
  const header = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]!
    .split(delimiter)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const { date, treatment, value } = trialColumns;
  const named = [date, treatment, value].map((pattern) => header.filter((name) => pattern.test(name)).length);
  return (
    named[0]! >= 1 &&
    named[1] === 1 &&
    named[2] === 1 &&
    header.every((name) => Object.values(trialColumns).some((pattern) => pattern.test(name)))
  );
}
