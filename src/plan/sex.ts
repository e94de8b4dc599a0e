import type { Fact } from '../dossier/fact.ts';

/** The sex on which all sources agree; undefined when none states it or they differ. */
export function agreedSex(facts: readonly Fact[]): string | undefined {
  const stated = facts.flatMap(({ type, status, value, code }) =>
    type === 'sex' && status !== 'entered-in-error' ? [value?.type === 'code' ? value.code.code : code.code] : [],
  );
  return new Set(stated).size === 1 ? stated[0] : undefined;
}
