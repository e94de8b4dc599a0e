import type { Action } from '../../../src/genomics/guidance.ts';
import type { Step } from '../../../src/genomics/guidance-words.ts';

/**
 * How each recommendation of CPIC's tables was read, by hand: which words lead to which action and steps. The first
 * reading of a drug whose pattern fits its text is taken (drug names in the text stand as `<D>`).
 */
export interface Reading {
  drugs: RegExp;
  text: RegExp;
  action: Action;
  steps: Step[];
}
