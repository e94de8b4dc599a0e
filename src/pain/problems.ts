import type { Fact } from '../dossier/fact.ts';
import type { BodyMapFile } from '../knowledge/bodyMap.ts';
import type { Problem } from './knowledge.ts';

/** A stated name that takes itself back, or speaks of somebody else. */
const takenBack =
  /\b(?:no|not|denies|denied|without|negative for|never|absence of|family history|screening for|risk of|history of)\b/i;

/** Whether a diagnosis states a problem now: by ICD-10 prefix or SNOMED id that the source gave, else by whole words. */
export function statesProblem(fact: Fact, problem: Problem): boolean {
  if (fact.type !== 'diagnosis' || !isCurrent(fact)) return false;
  const codes = [fact.code, ...(fact.codes ?? []), ...(fact.value?.type === 'code' ? [fact.value.code] : [])];
  const byCode = codes.some(({ system, code }) => {
    if (system === 'ICD-10' || system === 'ICD-10-CM') {
      const plain = code.replace('.', '').toUpperCase();
      return problem.icd10.some((prefix) => plain.startsWith(prefix));
    }
    return system === 'SNOMED' && problem.snomed.includes(code);
  });
  if (byCode) return true;
  return codes.some(
    ({ display }) =>
      !takenBack.test(display) &&
      problem.words.some((word) => new RegExp(`(?<![a-z])${word}(?![a-z])`).test(display.toLowerCase())),
  );
}

function isCurrent({ status }: Fact): boolean {
  return status === 'active' || status === 'unknown';
}

/** Parts of the body that a fact names as its site, by SNOMED id or by whole words. */
export function partsOfSite({ bodySite = [] }: Fact, { sites }: Pick<BodyMapFile, 'sites'>): string[] {
  const names = bodySite.map(({ display }) => display.toLowerCase());
  return sites
    .filter(
      ({ snomed, words }) =>
        bodySite.some(({ system, code }) => system === 'SNOMED' && snomed.includes(code)) ||
        words.some((word) => names.some((name) => new RegExp(`(?<![a-z])${word}(?![a-z])`).test(name))),
    )
    .map(({ part }) => part);
}

/** Whether a fact is a rating of pain above nothing: where it has a body site, it says that it hurts there. */
export function ratesPain(fact: Fact): boolean {
  if (fact.type !== 'observation' || fact.status !== 'completed' || fact.value?.type !== 'quantity') return false;
  const codes = [fact.code, ...(fact.codes ?? [])];
  return codes.some(({ system, code }) => system === 'LOINC' && painRatings.has(code)) && fact.value.value > 0;
}

/** LOINC: pain severity reported; verbal numeric rating 0-10. */
const painRatings = new Set(['38208-5', '72514-3']);

/** Area codes of parts: a part with two sides is the side that the record names, or both. */
export function areasOfParts(
  parts: readonly string[],
  areas: readonly { code: string; part: string; laterality?: 'left' | 'right' | undefined }[],
  laterality: Fact['laterality'],
): string[] {
  return areas
    .filter(
      ({ part, laterality: side }) =>
        parts.includes(part) &&
        (side === undefined || laterality === undefined || laterality === 'both' || laterality === side),
    )
    .map(({ code }) => code);
}
