import { type Collection, FhirPathError, type Node, type Scope } from './scope.ts';
import { answer, distinct, numberOf, same, truth } from './values.ts';

const longestText = 10_000;

/** What an operator makes of the value before it and the part behind it. */
export function combine(operator: string, right: Node) {
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
