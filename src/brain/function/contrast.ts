import { IdiographError } from '../../dossier/errors.ts';
import type { Design } from './design.ts';

/** A question to the model: weights of conditions that sum to 0 (a comparison) or to 1 (against rest). */
export interface Contrast {
  name: string;
  weights: Float64Array;
}

const restNames = ['rest', 'baseline', '0'];

/**
 * Reads `face>house`, `face - house`, `all>rest`, `face+body>house+scene`, `0.5*face-0.5*house` or the name of a condition.
 * Each side of `>` is the mean of its conditions; `all` is every condition; `rest` is what the model leaves unmodelled.
 * Throws `usage` with the known conditions for a name that the design does not have.
 */
export function readContrast(text: string, design: Design): Contrast {
  const weights = new Float64Array(design.columns.length);
  const fail = (why: string): never => {
    throw new IdiographError('usage', `the contrast "${text.slice(0, 80)}" cannot be read: ${why}`, {
      remedy: `Write A>B, A+B>C, all>rest or A. Conditions: ${design.conditions.join(', ')}.`,
    });
  };
  const put = (condition: string, weight: number): void => {
    const at = design.conditions.indexOf(condition);
    if (at < 0) fail(`there is no condition "${condition}"`);
    weights[at]! += weight;
  };
  const whole = text.trim();
  if (design.conditions.includes(whole)) {
    put(whole, 1);
    return { name: whole, weights };
  }
  const sides = whole.split('>').map((side) => side.trim());
  if (sides.length > 2 || sides.some((side) => side === '')) fail('it has no two sides');
  if (sides.length === 2) {
    for (const [at, side] of sides.entries()) {
      if (restNames.includes(side) && !design.conditions.includes(side)) {
        if (at === 0) for (const condition of design.conditions) put(condition, 0);
        continue;
      }
      const members = side === 'all' && !design.conditions.includes('all') ? design.conditions : side.split('+');
      for (const member of members) put(member.trim(), (at === 0 ? 1 : -1) / members.length);
    }
  } else {
    const terms = whole.match(/(^|[+-])\s*([0-9.]+\s*\*\s*)?[^+\-*]+/g) ?? [];
    if (terms.join('').length !== whole.length) fail('its terms are not understood');
    for (const term of terms) {
      const [, sign, factor, name] =
        /^([+-]?)\s*(?:([0-9.]+)\s*\*\s*)?(.+)$/.exec(term.trim()) ?? fail('a term is empty');
      put(name!.trim(), (sign === '-' ? -1 : 1) * (factor === undefined ? 1 : Number(factor)));
    }
  }
  if (weights.every((one) => one === 0)) fail('it weighs nothing');
  if (!weights.every(Number.isFinite)) fail('a weight is no number');
  return { name: whole, weights };
}

/** `all>rest`, and each condition against the mean of the others where there are several. */
export function usualContrasts(design: Design): Contrast[] {
  const { conditions } = design;
  const weigh = (weightOf: (at: number) => number): Float64Array =>
    Float64Array.from(design.columns, (_, at) => (at < conditions.length ? weightOf(at) : 0));
  const all: Contrast = { name: 'all>rest', weights: weigh(() => 1 / conditions.length) };
  if (conditions.length < 2 || conditions.length > 8) return [all];
  return [
    all,
    ...conditions.map((name, of) => ({
      name: `${name}>others`,
      weights: weigh((at) => (at === of ? 1 : -1 / (conditions.length - 1))),
    })),
  ];
}
