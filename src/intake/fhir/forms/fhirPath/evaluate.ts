/**
 * FHIRPath as far as scoring expressions of forms use it (http://hl7.org/fhirpath/N1): paths, comparisons, arithmetic,
 * collections, `iif`, and the sums of SDC. No clock, no regular expression, and a budget of steps: an expression comes with
 * somebody else's file.
 */
import { Parser } from './parse.ts';
import { type Collection, FhirPathError } from './scope.ts';
import { tokens } from './tokens.ts';

export { FhirPathError };

const longest = 20_000;
const budget = 500_000;

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
