import { isElement } from '../../json.ts';
import { type Collection, FhirPathError, type Scope } from './scope.ts';

export function membersOf(input: Collection, name: string, scope: Scope): Collection {
  scope.spend(input.length);
  return input.flatMap((one): Collection => {
    if (!isElement(one)) return [];
    const value =
      (Object.hasOwn(one, name) ? one[name] : undefined) ??
      polymorphic(one, name) ??
      (one['resourceType'] === name ? one : undefined);
    return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  });
}

/** `value` stands for `valueCoding`, `valueDecimal` and the like. */
function polymorphic(one: Record<string, unknown>, name: string): unknown {
  if (name !== 'value') return undefined;
  const key = Object.keys(one).find((key) => /^value[A-Z]/.test(key));
  return key === undefined ? undefined : one[key];
}

export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (isElement(value) && typeof value['value'] === 'number') return value['value'];
  throw new FhirPathError('a number was expected');
}

/** A single item is true unless it is false; several are no truth value. */
export function truth(of: Collection): boolean | undefined {
  if (of.length === 0) return undefined;
  if (of.length > 1) throw new FhirPathError('one truth value was expected');
  return of[0] !== false;
}

export const answer = (value: boolean | undefined): Collection => (value === undefined ? [] : [value]);

/** Deep equality of values that came as JSON. */
export function same(a: unknown, b: unknown, scope: Scope): boolean {
  scope.spend(0);
  if (typeof a === 'string' && typeof b === 'string') scope.spend(Math.min(a.length, b.length) >> 8);
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => same(one, b[index], scope));
  if (!isElement(a) || !isElement(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key], scope))
  );
}

export function distinct(of: Collection, scope: Scope): Collection {
  const found: Collection = [];
  for (const one of of) {
    if (!found.some((other) => same(one, other, scope))) found.push(one);
  }
  return found;
}

export function childrenOf(one: unknown): Collection {
  return isElement(one)
    ? Object.values(one)
        .flat()
        .filter((value) => value !== undefined && value !== null)
    : [];
}

export function descendantsOf(input: Collection, scope: Scope): Collection {
  const found: Collection = [];
  for (let open = input.flatMap(childrenOf); open.length > 0; open = open.flatMap(childrenOf)) {
    scope.spend(open.length);
    for (const one of open) found.push(one);
  }
  return found;
}

const ordinalUrls = new Set([
  'http://hl7.org/fhir/StructureDefinition/ordinalValue',
  'http://hl7.org/fhir/StructureDefinition/itemWeight',
  'http://hl7.org/fhir/StructureDefinition/iso21090-CO-value',
]);

/** The weight that an answer, a coding or an option carries as an extension. */
export function weightOf(one: unknown): Collection {
  if (typeof one === 'number') return [one];
  if (!isElement(one)) return [];
  const holders = [
    one,
    ...Object.keys(one)
      .filter((key) => key === 'valueCoding')
      .map((key) => one[key]),
  ];
  return holders
    .flatMap((holder) => (isElement(holder) && Array.isArray(holder['extension']) ? holder['extension'] : []))
    .filter((extension) => isElement(extension) && ordinalUrls.has(String(extension['url'])))
    .map(
      (extension) =>
        (extension as Record<string, unknown>)['valueDecimal'] ??
        (extension as Record<string, unknown>)['valueInteger'],
    )
    .filter((value) => typeof value === 'number')
    .slice(0, 1);
}
