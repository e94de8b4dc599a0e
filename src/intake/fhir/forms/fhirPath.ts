/**
 * FHIRPath as far as scoring expressions of forms use it (http://hl7.org/fhirpath/N1): paths, comparisons, arithmetic,
 * collections, `iif`, and the sums of SDC. No clock, no regular expression, and a budget of steps: an expression comes with
 * somebody else's file.
 */
import { isElement } from '../json.ts';

type Collection = unknown[];
interface Scope {
  variables: ReadonlyMap<string, Collection>;
  self: Collection;
  total?: Collection;
  index?: number;
  /** Throws when the budget is spent. */
  spend(steps: number): void;
}
type Node = (input: Collection, scope: Scope) => Collection;

/** The expression cannot be read, asks for what is not supported, or costs too much. */
export class FhirPathError extends Error {}

const longest = 20_000;
const budget = 500_000;
const longestText = 10_000;
const deepest = 60;

/** Steps that all expressions over one resource may take together. */
export interface Budget {
  left: number;
}
export const newBudget = (): Budget => ({ left: budget });

/**
 * Values of an expression over a resource. Throws `FhirPathError`. Variables are given without `%`. Every value that a
 * part of the expression gives costs a step, so that neither time nor memory grows beyond the budget.
 */
export function evaluate(
  expression: string,
  input: Collection,
  variables: ReadonlyMap<string, Collection>,
  allowed: Budget = newBudget(),
): Collection {
  if (expression.length > longest) throw new FhirPathError('the expression is too long');
  const spend = (steps: number) => {
    allowed.left -= 1 + steps;
    if (allowed.left < 0) throw new FhirPathError('the expression takes too many steps');
  };
  spend(expression.length);
  const node = new Parser(tokens(expression)).whole();
  return node(input, { variables, self: input, spend });
}

type Token = { kind: 'name' | 'number' | 'string' | 'variable' | 'sign' | 'end'; text: string };
const tokenPattern =
  /\s+|\/\/[^\n]*|(?<number>\d+(?:\.\d+)?)|'(?<string>(?:[^'\\]|\\.)*)'|%(?:`(?<quotedVariable>[^`]*)`|(?<variable>[A-Za-z_][A-Za-z0-9_-]*))|`(?<quoted>[^`]*)`|(?<name>\$?[A-Za-z_][A-Za-z0-9_]*)|(?<sign><=|>=|!=|!~|[-+*/=~<>|&.,()[\]{}])/y;

function tokens(expression: string): Token[] {
  const found: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < expression.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(expression);
    if (!match?.groups) throw new FhirPathError(`cannot read "${expression.slice(at, at + 20)}"`);
    const { number, string, variable, quotedVariable, quoted, name, sign } = match.groups;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (string !== undefined) found.push({ kind: 'string', text: string.replace(/\\(.)/g, '$1') });
    else if (variable !== undefined || quotedVariable !== undefined)
      found.push({ kind: 'variable', text: variable ?? quotedVariable! });
    else if (quoted !== undefined || name !== undefined) found.push({ kind: 'name', text: quoted ?? name! });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  return [...found, { kind: 'end', text: '' }];
}

/** Operators from the loosest to the tightest. */
const levels: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '!=', '~', '!~'],
  ['<', '>', '<=', '>='],
  ['|'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(given: readonly Token[]) {
    this.#tokens = given;
  }

  whole(): Node {
    const node = this.#binary(0);
    if (this.#peek().kind !== 'end') throw new FhirPathError(`unexpected "${this.#peek().text}"`);
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #takes(text: string): boolean {
    const { kind, text: found } = this.#peek();
    if (found !== text || (kind !== 'sign' && kind !== 'name')) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw new FhirPathError(`"${text}" is missing before "${this.#peek().text}"`);
  }

  #binary(level: number): Node {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    if (++this.#depth > deepest * levels.length) throw new FhirPathError('the expression is nested too deep');
    const first = this.#binary(level + 1);
    // A long sum is a row, not a tower: what evaluates it must not go as deep as the sum is long.
    const more: ((a: Collection, input: Collection, scope: Scope) => Collection)[] = [];
    for (;;) {
      const operator = operators.find((one) => this.#takes(one));
      if (operator === undefined) break;
      more.push(combine(operator, this.#binary(level + 1)));
    }
    this.#depth--;
    if (more.length === 0) return first;
    return (input, scope) => more.reduce((value, next) => next(value, input, scope), first(input, scope));
  }

  #unary(): Node {
    let negative = false;
    let signs = 0;
    for (;;) {
      if (this.#takes('-')) negative = !negative;
      else if (!this.#takes('+')) break;
      signs++;
    }
    const of = this.#path();
    if (signs === 0) return of;
    return (input, scope) => of(input, scope).map((value) => (negative ? -numberOf(value) : numberOf(value)));
  }

  #path(): Node {
    const first = charged(this.#term());
    const steps: ((before: Collection, input: Collection, scope: Scope) => Collection)[] = [];
    for (;;) {
      if (this.#takes('.')) {
        const step = charged(this.#step());
        steps.push((before, _input, scope) => step(before, scope));
      } else if (this.#takes('[')) {
        const index = this.#binary(0);
        this.#expect(']');
        steps.push((before, input, scope) => {
          const value = before[numberOf(index(input, scope)[0])];
          return value === undefined ? [] : [value];
        });
      } else break;
    }
    if (steps.length === 0) return first;
    return (input, scope) => steps.reduce((before, step) => step(before, input, scope), first(input, scope));
  }

  #term(): Node {
    const { kind, text } = this.#peek();
    if (kind === 'number') return this.#literal(Number(text));
    if (kind === 'string') return this.#literal(text);
    if (kind === 'variable') {
      this.#at++;
      return (_input, { variables }) => {
        const value = variables.get(text);
        if (value === undefined) throw new FhirPathError(`%${text} is not known`);
        return value;
      };
    }
    if (this.#takes('(')) {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    if (this.#takes('{')) {
      this.#expect('}');
      return () => [];
    }
    if (kind === 'name' && (text === 'true' || text === 'false')) return this.#literal(text === 'true');
    return this.#step();
  }

  #literal(value: unknown): Node {
    this.#at++;
    return () => [value];
  }

  #step(): Node {
    const { kind, text } = this.#peek();
    if (kind !== 'name') throw new FhirPathError(`a name is missing before "${text}"`);
    this.#at++;
    if (text === '$this') return (_input, { self }) => self;
    if (text === '$total') return (_input, { total = [] }) => total;
    if (text === '$index') return (_input, { index }) => (index === undefined ? [] : [index]);
    if (!this.#takes('(')) return (input, scope) => membersOf(input, text, scope);
    const given: Node[] = [];
    if (!this.#takes(')')) {
      do given.push(this.#binary(0));
      while (this.#takes(','));
      this.#expect(')');
    }
    const make = Object.hasOwn(functions, text) ? functions[text] : undefined;
    if (make === undefined) throw new FhirPathError(`${text}() is not supported`);
    const fewest = fewestArguments.get(text) ?? 0;
    if (given.length < fewest)
      throw new FhirPathError(`${text}() lacks ${fewest === 1 ? 'what' : 'some of what'} it takes`);
    return make(given);
  }
}

const charged =
  (node: Node): Node =>
  (input, scope) => {
    const values = node(input, scope);
    scope.spend(values.length);
    return values;
  };

function membersOf(input: Collection, name: string, scope: Scope): Collection {
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

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (isElement(value) && typeof value['value'] === 'number') return value['value'];
  throw new FhirPathError('a number was expected');
}

/** A single item is true unless it is false; several are no truth value. */
function truth(of: Collection): boolean | undefined {
  if (of.length === 0) return undefined;
  if (of.length > 1) throw new FhirPathError('one truth value was expected');
  return of[0] !== false;
}

const answer = (value: boolean | undefined): Collection => (value === undefined ? [] : [value]);

/** Deep equality of values that came as JSON. */
function same(a: unknown, b: unknown, scope: Scope): boolean {
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

function distinct(of: Collection, scope: Scope): Collection {
  const found: Collection = [];
  for (const one of of) {
    if (!found.some((other) => same(one, other, scope))) found.push(one);
  }
  return found;
}

function combine(operator: string, right: Node) {
  return (a: Collection, input: Collection, scope: Scope): Collection => {
    const b = right(input, scope);
    scope.spend(a.length + b.length);
    switch (operator) {
      case '|':
        return distinct([...a, ...b], scope);
      case 'and': {
        const [x, y] = [truth(a), truth(b)];
        return answer(x === false || y === false ? false : x && y);
      }
      case 'or': {
        const [x, y] = [truth(a), truth(b)];
        return answer(x || y ? true : x === undefined || y === undefined ? undefined : false);
      }
      case 'xor': {
        const [x, y] = [truth(a), truth(b)];
        return answer(x === undefined || y === undefined ? undefined : x !== y);
      }
      case 'implies': {
        const [x, y] = [truth(a), truth(b)];
        return answer(x === false || y === true ? true : x === undefined || y === undefined ? undefined : false);
      }
      case 'in':
        return a.length === 0 ? [] : [a.every((one) => b.some((other) => same(one, other, scope)))];
      case 'contains':
        return b.length === 0 ? [] : [b.every((one) => a.some((other) => same(one, other, scope)))];
      case '&':
        return [joined(String(a[0] ?? ''), String(b[0] ?? ''))];
    }
    if (a.length === 0 || b.length === 0) return [];
    if (operator === '=' || operator === '~')
      return [a.length === b.length && a.every((one, index) => same(one, b[index], scope))];
    if (operator === '!=' || operator === '!~')
      return [a.length !== b.length || a.some((one, index) => !same(one, b[index], scope))];
    if (a.length > 1 || b.length > 1) throw new FhirPathError(`"${operator}" takes single values`);
    return compute(operator, a[0], b[0]);
  };
}

function joined(a: string, b: string): string {
  if (a.length + b.length > longestText) throw new FhirPathError('the expression makes a text that is too long');
  return a + b;
}

function compute(operator: string, a: unknown, b: unknown): Collection {
  if (typeof a === 'string' && typeof b === 'string') {
    if (operator === '+') return [joined(a, b)];
    if (operator === '<') return [a < b];
    if (operator === '>') return [a > b];
    if (operator === '<=') return [a <= b];
    if (operator === '>=') return [a >= b];
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  const byZero = y === 0 && (operator === '/' || operator === 'div' || operator === 'mod');
  if (byZero) return [];
  const results: Record<string, () => unknown> = {
    '+': () => x + y,
    '-': () => x - y,
    '*': () => x * y,
    '/': () => x / y,
    div: () => Math.trunc(x / y),
    mod: () => x % y,
    '<': () => x < y,
    '>': () => x > y,
    '<=': () => x <= y,
    '>=': () => x >= y,
  };
  return [results[operator]!()];
}

const ordinalUrls = new Set([
  'http://hl7.org/fhir/StructureDefinition/ordinalValue',
  'http://hl7.org/fhir/StructureDefinition/itemWeight',
  'http://hl7.org/fhir/StructureDefinition/iso21090-CO-value',
]);

/** The weight that an answer, a coding or an option carries as an extension. */
function weightOf(one: unknown): Collection {
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
const fewestArguments = new Map([...takesOne.map((name) => [name, 1] as const), ['iif', 2]]);

const functions: Record<string, (given: Node[]) => Node> = {
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

function childrenOf(one: unknown): Collection {
  return isElement(one)
    ? Object.values(one)
        .flat()
        .filter((value) => value !== undefined && value !== null)
    : [];
}

function descendantsOf(input: Collection, scope: Scope): Collection {
  const found: Collection = [];
  for (let open = input.flatMap(childrenOf); open.length > 0; open = open.flatMap(childrenOf)) {
    scope.spend(open.length);
    for (const one of open) found.push(one);
  }
  return found;
}
