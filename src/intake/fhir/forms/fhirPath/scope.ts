export type Collection = unknown[];
export interface Scope {
  variables: ReadonlyMap<string, Collection>;
  self: Collection;
  total?: Collection;
  index?: number;
  /** Throws when the budget is spent. */
  spend(steps: number): void;
}
/** A part of an expression, ready to be evaluated. */
export type Node = (input: Collection, scope: Scope) => Collection;

/** The expression cannot be read, asks for what is not supported, or costs too much. */
export class FhirPathError extends Error {}
