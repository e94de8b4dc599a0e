import type { Fact } from '../dossier/fact.ts';

/** A response fact of a form; `answers` by item number. Items that are not there were not answered. */
export function answered(id: string, form: string, answers: Record<number, number>, at?: string): Fact {
  const code = { system: 'unstated', code: form, display: form };
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source: 'src-1',
    place: 'QuestionnaireResponse',
    type: 'response',
    code,
    value: {
      type: 'response',
      instrument: code,
      answers: Object.entries(answers).map(([item, value]) => ({ item, value })),
    },
    ...(at ? { at } : {}),
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}

/** A diagnosis as a record states it. */
export function diagnosis(id: string, code: Fact['code'], more: Partial<Fact> = {}): Fact {
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source: 'src-1',
    place: 'Bundle.entry[1]',
    type: 'diagnosis',
    code,
    status: 'active',
    isEvent: false,
    issues: [],
    ...more,
  };
}

/** The same answer to items 1 to `last`, with exceptions. */
export function allOf(last: number, value: number, except: Record<number, number> = {}): Record<number, number> {
  return { ...Object.fromEntries(Array.from({ length: last }, (_, index) => [index + 1, value])), ...except };
}
