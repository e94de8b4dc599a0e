import { fewestArguments, functions } from './functions.ts';
import { combine } from './operators.ts';
import { type Collection, FhirPathError, type Node, type Scope } from './scope.ts';
import type { Token } from './tokens.ts';
import { membersOf, numberOf } from './values.ts';

const deepest = 60;

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

/** Makes the parts of an expression from its tokens. */
export class Parser {
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
