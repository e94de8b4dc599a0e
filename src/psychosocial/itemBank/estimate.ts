/** Where a person stands by the graded response model: expected a posteriori, its error, and what to ask next. */
import type { Given } from '../../forms/itemBank/answers.ts';
import type { Bank, BankItem } from '../../forms/itemBank/bank.ts';

export interface Estimate {
  /** Mean and standard deviation of the posterior, in the unit of the model. */
  theta: number;
  thetaError: number;
  /** The same in the unit of the metric: T and its standard error. */
  score: number;
  standardError: number;
  answered: number;
}

/** Half-width of the grid in standard deviations of the prior, and its points. */
const span = 9;
const points = 361;

/** Chance of each answer at theta, from the first to the last. */
export function chances({ slope, thresholds }: BankItem, theta: number, scaling = 1): number[] {
  const above = thresholds.map((threshold) => 1 / (1 + Math.exp(-scaling * slope * (theta - threshold))));
  const all = [1, ...above, 0];
  return all.slice(0, -1).map((chance, index) => Math.max(chance - all[index + 1]!, 0));
}

/** Fisher information of one item at theta (Samejima 1969, chapter 4): sum of P'^2 / P over the answers. */
export function information({ slope, thresholds }: BankItem, theta: number, scaling = 1): number {
  const above = thresholds.map((threshold) => 1 / (1 + Math.exp(-scaling * slope * (theta - threshold))));
  const all = [1, ...above, 0];
  const slopes = all.map((chance) => scaling * slope * chance * (1 - chance));
  let sum = 0;
  for (let k = 0; k + 1 < all.length; k++) {
    const chance = all[k]! - all[k + 1]!;
    if (chance > 1e-12) sum += (slopes[k]! - slopes[k + 1]!) ** 2 / chance;
  }
  return sum;
}

/**
 * Expected a posteriori estimate (Bock and Mislevy 1982, doi 10.1177/014662168200600405) with a normal prior, integrated by
 * the trapezoidal rule, which is exact to the last digits for a smooth hump that ends inside the grid. Without an answer it is the prior itself.
 */
export function estimate(bank: Bank, given: Given): Estimate {
  const { mean, sd } = bank.prior;
  const step = (2 * span * sd) / (points - 1);
  let [weight, first, second] = [0, 0, 0];
  const logs = Array.from({ length: points }, (_, index) => {
    const theta = mean - span * sd + index * step;
    let log = -(((theta - mean) / sd) ** 2) / 2;
    for (const [item, answer] of given) log += Math.log(Math.max(chances(item, theta, bank.scaling)[answer]!, 1e-300));
    return { theta, log };
  });
  const most = logs.reduce((best, { log }) => Math.max(best, log), -Infinity);
  logs.forEach(({ theta, log }) => {
    const share = Math.exp(log - most);
    weight += share;
    first += share * theta;
    second += share * theta * theta;
  });
  const theta = first / weight;
  const thetaError = Math.sqrt(Math.max(second / weight - theta * theta, 0));
  return {
    theta,
    thetaError,
    score: bank.metric.mean + bank.metric.sd * theta,
    standardError: bank.metric.sd * thetaError,
    answered: given.size,
  };
}

export interface Next {
  /** Item to be asked, or undefined when it is enough. */
  item: BankItem | undefined;
  reason: 'first' | 'most-information' | 'precise-enough' | 'most-items-asked' | 'bank-exhausted';
}

/** What an adaptive test asks next: the item with the most information where the person is thought to stand; ties by order. */
export function nextItem(bank: Bank, given: Given): Next {
  const left = bank.items.filter((item) => !given.has(item));
  if (left.length === 0) return { item: undefined, reason: 'bank-exhausted' };
  if (given.size === 0 && bank.start !== undefined) {
    return { item: bank.items.find(({ id }) => id === bank.start) ?? left[0], reason: 'first' };
  }
  const now = estimate(bank, given);
  if (given.size >= bank.stop.most) return { item: undefined, reason: 'most-items-asked' };
  if (given.size >= bank.stop.fewest && now.standardError <= bank.stop.standardError) {
    return { item: undefined, reason: 'precise-enough' };
  }
  let best = left[0]!;
  let most = -1;
  for (const item of left) {
    const told = information(item, now.theta, bank.scaling);
    if (told > most + 1e-12) [best, most] = [item, told];
  }
  return { item: best, reason: given.size === 0 ? 'first' : 'most-information' };
}
