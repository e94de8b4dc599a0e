import { isElement } from '../../json.ts';
import { type Collection, FhirPathError, type Node, type Scope } from './scope.ts';
import { answer, childrenOf, descendantsOf, distinct, membersOf, numberOf, truth, weightOf } from './values.ts';

/** For each item of the input, with `$this` and `$index`. */
function each(input: Collection, body: Node, scope: Scope): Collection[] {
  return input.map((one, index) => {
    scope.spend(1);
    return body([one], { ...scope, self: [one], index });
  });
}

const ofInput = (act: (input: Collection, scope: Scope) => Collection) => (): Node => (input, scope) => {
  scope.spend(input.length);
  return act(input, scope);
};
const ofNumber = (act: (value: number) => number) => ofInput((input) => input.map((value) => act(numberOf(value))));
const extreme = (pick: (...values: number[]) => number) =>
  ofInput((input) => (input.length === 0 ? [] : [input.map(numberOf).reduce((a, b) => pick(a, b))]));
const sum = (input: Collection) => input.map(numberOf).reduce((a, b) => a + b, 0);
/** A criterion that is not there leaves the input as it is. */
const filtered = (input: Collection, [criterion]: Node[], scope: Scope): Collection => {
  if (criterion === undefined) return input;
  const held = each(input, criterion, scope).map((found) => truth(found) === true);
  return input.filter((_, index) => held[index]);
};

/** A number, a truth value, or a text that is nothing but a number in decimal digits; an empty text is none. */
function converted(value: unknown): number[] {
  if (typeof value === 'boolean') return [value ? 1 : 0];
  if (typeof value === 'number') return [value];
  return typeof value === 'string' && /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(value) ? [Number(value)] : [];
}

const takesOne = ['select', 'all', 'skip', 'take', 'power', 'repeat', 'extension', 'union', 'combine', 'aggregate'];
export const fewestArguments = new Map([...takesOne.map((name) => [name, 1] as const), ['iif', 2]]);

export const functions: Record<string, (given: Node[]) => Node> = {
  where: (given) => (input, scope) => filtered(input, given, scope),
  select:
    ([body]) =>
    (input, scope) =>
      each(input, body!, scope).flat(),
  all:
    ([body]) =>
    (input, scope) => [each(input, body!, scope).every((found) => truth(found) === true)],
  exists: (given) => (input, scope) => [filtered(input, given, scope).length > 0],
  empty: ofInput((input) => [input.length === 0]),
  hasValue: ofInput((input) => [input.length === 1 && !isElement(input[0])]),
  not: ofInput((input) => answer(input.length === 0 ? undefined : !truth(input))),
  count: ofInput((input) => [input.length]),
  distinct: ofInput((input, scope) => distinct(input, scope)),
  first: ofInput((input) => input.slice(0, 1)),
  last: ofInput((input) => input.slice(-1)),
  tail: ofInput((input) => input.slice(1)),
  single: ofInput((input) => {
    if (input.length > 1) throw new FhirPathError('one item was expected');
    return input;
  }),
  skip:
    ([count]) =>
    (input, scope) =>
      input.slice(Math.max(0, numberOf(count!(scope.self, scope)[0]))),
  take:
    ([count]) =>
    (input, scope) =>
      input.slice(0, Math.max(0, numberOf(count!(scope.self, scope)[0]))),
  sum: ofInput((input) => (input.length === 0 ? [] : [sum(input)])),
  avg: ofInput((input) => (input.length === 0 ? [] : [sum(input) / input.length])),
  min: extreme(Math.min),
  max: extreme(Math.max),
  abs: ofNumber(Math.abs),
  ceiling: ofNumber(Math.ceil),
  floor: ofNumber(Math.floor),
  truncate: ofNumber(Math.trunc),
  sqrt: ofNumber(Math.sqrt),
  round:
    ([digits]) =>
    (input, scope) => {
      const scale = 10 ** (digits ? numberOf(digits(input, scope)[0]) : 0);
      return input.map((value) => Math.round(numberOf(value) * scale) / scale);
    },
  power:
    ([exponent]) =>
    (input, scope) =>
      input.map((value) => numberOf(value) ** numberOf(exponent!(input, scope)[0])),
  toInteger: ofInput((input) => input.flatMap(converted).filter(Number.isInteger)),
  toDecimal: ofInput((input) => input.flatMap(converted)),
  toString: ofInput((input) => input.map(String)),
  weight: ofInput((input) => input.flatMap(weightOf)),
  ordinal: ofInput((input) => input.flatMap(weightOf)),
  // The members of a response are typed by their names already.
  ofType: () => (input) => input,
  children: ofInput((input) => input.flatMap(childrenOf)),
  descendants: () => (input, scope) => descendantsOf(input, scope),
  repeat:
    ([body]) =>
    (input, scope) => {
      const found: Collection = [];
      for (let open = input; open.length > 0; ) {
        open = each(open, body!, scope).flat();
        scope.spend(open.length);
        for (const one of open) found.push(one);
      }
      return found;
    },
  extension:
    ([url]) =>
    (input, scope) => {
      const wanted = url!(scope.self, scope)[0];
      return membersOf(input, 'extension', scope).filter((one) => isElement(one) && one['url'] === wanted);
    },
  union:
    ([other]) =>
    (input, scope) =>
      distinct([...input, ...other!(scope.self, scope)], scope),
  combine:
    ([other]) =>
    (input, scope) => [...input, ...other!(scope.self, scope)],
  iif:
    ([criterion, then, otherwise]) =>
    (input, scope) =>
      truth(criterion!(input, scope)) === true ? then!(input, scope) : (otherwise?.(input, scope) ?? []),
  aggregate:
    ([body, initial]) =>
    (input, scope) => {
      let total = initial?.(input, scope) ?? [];
      input.forEach((one, index) => {
        scope.spend(1);
        total = body!([one], { ...scope, self: [one], index, total });
      });
      return total;
    },
};
