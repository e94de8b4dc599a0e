import type { Answer, Fact } from '../dossier/fact.ts';

/** A response fact; `answers` by item number, undefined leaves the item out. */
export function responseFact(
  id: string,
  instrument: string,
  answers: readonly (number | undefined)[],
  at?: string,
): Fact {
  const code = { system: 'unstated', code: instrument, display: instrument };
  const given = answers.flatMap((value, index): Answer[] =>
    value === undefined ? [] : [{ item: String(index + 1), value }],
  );
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source: 'src-1',
    place: 'QuestionnaireResponse',
    type: 'response',
    code,
    value: { type: 'response', instrument: code, answers: given },
    ...(at ? { at } : {}),
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}
