import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { Sex } from '../dossier/subject.ts';
import { yearsBetween } from './dates.ts';

export interface Stated<T> {
  /** Undefined when nothing or contradictory things are stated. */
  value?: T;
  facts: string[];
  issues: Issue[];
}

const shortSex: Record<string, Sex> = { f: 'female', m: 'male', o: 'other', u: 'unknown' };

/** Administrative sex, as all sources agree on it. A source that says `unknown` contradicts nobody. */
export function sexOf(facts: readonly Fact[]): Stated<Sex> {
  return agree(facts, 'sex', ({ value }) => {
    const word = (value?.type === 'code' ? value.code.code : value?.type === 'text' ? value.text : '').toLowerCase();
    const sex = Sex.safeParse(word);
    const read = sex.success ? sex.data : shortSex[word];
    return read === 'unknown' ? undefined : read;
  });
}

/** Date of birth, as all sources agree on it: a coarser date agrees with the finer one that it begins. */
export function birthDateOf(facts: readonly Fact[]): Stated<string> {
  return agree(facts, 'birth-date', ({ value }) => (value?.type === 'date' ? value.date : undefined), finer);
}

function finer(a: string, b: string): string | undefined {
  if (a.startsWith(b)) return a;
  return b.startsWith(a) ? b : undefined;
}

/** Age in full years on a day. `uncertain`: the birth date is a year or a month, so the age may be one more. */
export function ageAt(facts: readonly Fact[], on: string): Stated<number> & { uncertain: boolean } {
  const birth = birthDateOf(facts);
  if (birth.value === undefined) return { facts: birth.facts, issues: birth.issues, uncertain: true };
  const { years, uncertain } = yearsBetween(birth.value, on);
  if (years < 0 || years > 130) {
    const wrong = issue('warning', 'age-implausible', `Born ${birth.value}, which makes ${years} years on ${on}.`, {
      remedy: 'Correct the date of birth or the date of the examination.',
    });
    return { facts: birth.facts, issues: [...birth.issues, wrong], uncertain: true };
  }
  return { value: years, facts: birth.facts, issues: birth.issues, uncertain };
}

function agree<T>(
  facts: readonly Fact[],
  type: Fact['type'],
  read: (fact: Fact) => T | undefined,
  join: (a: T, b: T) => T | undefined = (a, b) => (a === b ? a : undefined),
): Stated<T> {
  const stated = facts
    .filter((fact) => fact.type === type && fact.status !== 'entered-in-error')
    .map((fact) => ({ fact, value: read(fact) }))
    .filter((one): one is { fact: Fact; value: T & {} } => one.value !== undefined);
  const ids = stated.map(({ fact }) => fact.id).sort();
  let value: T | undefined = stated[0]?.value;
  for (const one of stated.slice(1)) value = value === undefined ? undefined : join(value, one.value);
  if (stated.length > 0 && value === undefined) {
    const words = [...new Set(stated.map((one) => String(one.value)))].join(', ');
    return {
      facts: ids,
      issues: [
        issue('warning', `${type}-contradictory`, `Sources disagree: ${words}.`, {
          remedy: 'Check whether all sources belong to one person.',
        }),
      ],
    };
  }
  return { ...(value === undefined ? {} : { value }), facts: ids, issues: [] };
}
