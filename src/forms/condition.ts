import { z } from 'zod';

/**
 * A condition over the answers and scores of one response. Answers are as given (before reversal); scales are by their
 * measure code.
 */
export type Condition =
  | { item: number; from?: number | undefined; to?: number | undefined; above?: number | undefined }
  | { scale: string; from?: number | undefined; to?: number | undefined }
  | { atLeast: number; of: Condition[] }
  | { all: Condition[] }
  | { any: Condition[] };

const limits = { from: z.number().optional(), to: z.number().optional() };

export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    /** `above`: the answer is greater than the answer to that other item. */
    z.strictObject({ item: z.int().positive(), ...limits, above: z.int().positive().optional() }),
    z.strictObject({ scale: z.string().min(1), ...limits }),
    z.strictObject({ atLeast: z.int().positive(), of: z.array(Condition).min(1) }),
    z.strictObject({ all: z.array(Condition).min(1) }),
    z.strictObject({ any: z.array(Condition).min(1) }),
  ]),
);

/** What a condition may look at; undefined is not known. An item that was rightly not asked counts as its lowest answer. */
export interface Known {
  item(number: number): number | undefined;
  scale(code: string): number | undefined;
}

/** True, false, or undefined where an unknown answer could still change it (Kleene's three-valued logic). */
export function holds(condition: Condition, known: Known): boolean | undefined {
  if ('atLeast' in condition) return atLeast(condition.atLeast, condition.of, known);
  if ('all' in condition) return atLeast(condition.all.length, condition.all, known);
  if ('any' in condition) return atLeast(1, condition.any, known);
  const value = 'item' in condition ? known.item(condition.item) : known.scale(condition.scale);
  if (value === undefined) return undefined;
  const { from = -Infinity, to = Infinity } = condition;
  if (value < from || value > to) return false;
  if (!('item' in condition) || condition.above === undefined) return true;
  const other = known.item(condition.above);
  return other === undefined ? undefined : value > other;
}

function atLeast(count: number, conditions: readonly Condition[], known: Known): boolean | undefined {
  const found = conditions.map((one) => holds(one, known));
  const sure = found.filter((one) => one === true).length;
  if (sure >= count) return true;
  return sure + found.filter((one) => one === undefined).length >= count ? undefined : false;
}

/** Items and scales that a condition names. */
export function namesIn(condition: Condition): { items: number[]; scales: string[] } {
  if ('item' in condition) {
    return { items: [condition.item, ...(condition.above === undefined ? [] : [condition.above])], scales: [] };
  }
  if ('scale' in condition) return { items: [], scales: [condition.scale] };
  const inner = ('of' in condition ? condition.of : 'all' in condition ? condition.all : condition.any).map(namesIn);
  return { items: inner.flatMap((one) => one.items), scales: inner.flatMap((one) => one.scales) };
}
