/** Small facts for the tests of this room. */
import type { Fact } from '../dossier/fact.ts';

const base = {
  kind: 'fact' as const,
  subject: 's1',
  source: 'src-1',
  place: 'entry',
  status: 'active' as const,
  isEvent: false,
  issues: [],
} satisfies Partial<Fact>;

/** A medication entry as a record states it: name, then whatever else is known. */
export function medicationFact(
  id: string,
  name: string,
  more: Partial<Fact> & { dose?: [number, string]; perDay?: number; asNeeded?: boolean } = {},
): Fact {
  const { dose, perDay, asNeeded, ...fact } = more;
  const code = { system: 'text', code: name, display: name };
  return {
    ...base,
    id,
    type: 'medication',
    code,
    value: {
      type: 'medication',
      codes: [code],
      ...(dose ? { dose: { value: dose[0], unit: dose[1] } } : {}),
      ...(perDay === undefined ? {} : { perDay }),
      ...(asNeeded === undefined ? {} : { asNeeded }),
      text: name,
    },
    ...fact,
  };
}

export function observationFact(id: string, loinc: string, value: number, unit: string, at?: string): Fact {
  return {
    ...base,
    id,
    type: 'observation',
    code: { system: 'LOINC', code: loinc, display: loinc },
    value: { type: 'quantity', value, unit },
    ...(at ? { at } : {}),
    status: 'completed',
  };
}

export function plainFact(id: string, type: Fact['type'], more: Partial<Fact> = {}): Fact {
  return { ...base, id, type, code: { system: 'text', code: type, display: type }, ...more };
}
