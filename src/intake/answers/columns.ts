import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { knowledgeDirectory, loadKnowledge } from '../../knowledge/load.ts';

/** Which columns of a table hold answers: one answer a row (`long`), or one form a row (`wide`). */
export type AnswerColumns =
  | { form: 'long'; instrument: number; item: number; answer: number; date: number; patient: number }
  | { form: 'wide'; items: { instrument: string; item: string; index: number }[]; date: number; patient: number };

const names = {
  instrument: /^(instrument|questionnaire|scale|form)$/i,
  item: /^(item|question|linkid|item_?number)$/i,
  answer: /^(answer|response|value|score)$/i,
  date: /^(date|answered|answered_?(at|on)|completed_?(at|on)?|timestamp|date_?time|authored)$/i,
  patient: /^(patient|patient_?id|subject|subject_?id|participant(_?id)?|record_?id|mrn)$/i,
};

/** Reads a header row; undefined when the table does not hold answers. Absent columns are -1. */
export function answerColumns(columns: readonly string[]): AnswerColumns | undefined {
  const find = (pattern: RegExp) => columns.findIndex((column) => pattern.test(column.trim()));
  const date = find(names.date);
  const patient = find(names.patient);
  const long = { instrument: find(names.instrument), item: find(names.item), answer: find(names.answer) };
  if (Object.values(long).every((index) => index >= 0)) return { form: 'long', ...long, date, patient };

  const known = instrumentNames();
  const items = columns.flatMap((column, index) => {
    // `phq9_1`, `PHQ-9 item 1`, `gad7.total`: the longest known name that the column begins with.
    const match = /^(.*?[a-z].*?)[\s_.:-]+(?:item|q)?[\s_.:-]*(\d{1,3}|total)$/i.exec(column.trim());
    return match && known.has(bare(match[1]!)) ? [{ instrument: match[1]!, item: match[2]!.toLowerCase(), index }] : [];
  });
  return items.length >= 2 ? { form: 'wide', items, date, patient } : undefined;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

let loaded: ReadonlySet<string> | undefined;

/** Names of the instruments under knowledge/psychosocial, letters and digits only. */
function instrumentNames(): ReadonlySet<string> {
  loaded ??= new Set(
    readdirSync(join(knowledgeDirectory, 'psychosocial'))
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const { instrument } = loadKnowledge(`psychosocial/${file}`).data as {
          instrument?: { id?: string; aliases?: string[] };
        };
        return instrument ? [instrument.id ?? '', ...(instrument.aliases ?? [])].map(bare) : [];
      })
      .filter((name) => name !== ''),
  );
  return loaded;
}
