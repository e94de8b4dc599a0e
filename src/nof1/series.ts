/** Several single-patient trials of one treatment: each person's effect drawn towards the group's. */
import { type Mixture, mixtureBelow, mixtureMoments, mixtureOf, mixtureQuantile } from './normal.ts';

export interface OneEffect {
  id: string;
  effect: number;
  standardError: number;
}

export interface Shrunk {
  id: string;
  own: number;
  effect: number;
  low: number;
  high: number;
}

export interface SeriesFit {
  people: Shrunk[];
  /** The mean of all people from whom these come, and how far people differ (standard deviation). */
  group: { effect: number; low: number; high: number };
  between: { mean: number; deviation: number };
  /** Where the next person's effect would lie. */
  next: { low: number; high: number };
}

const nodes = 400;

/**
 * effect_i ~ N(theta_i, standardError_i), theta_i ~ N(mu, tau); mu flat, tau uniform from 0 to ten times the spread of
 * what was seen (Gelman et al., Bayesian Data Analysis, 5.4). Given tau all is normal: a sum over a grid of tau, no
 * sampler. Undefined for fewer than three people, from whom a spread cannot be told.
 */
export function seriesFit(trials: readonly OneEffect[]): SeriesFit | undefined {
  if (trials.length < 3) return undefined;
  const effects = trials.map(({ effect }) => effect);
  const centre = effects.reduce((a, b) => a + b) / effects.length;
  const seen = Math.sqrt(effects.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (effects.length - 1));
  const widest = 10 * Math.max(seen, ...trials.map(({ standardError }) => standardError));
  const logWeights: number[] = [];
  const [taus, mus, muDeviations]: [number[], number[], number[]] = [[], [], []];
  for (let node = 0; node < nodes; node++) {
    // Finer where tau is small: t = widest u^2, whose Jacobian is 2 widest u.
    const u = (node + 0.5) / nodes;
    const tau = widest * u * u;
    const precisions = trials.map(({ standardError }) => 1 / (standardError ** 2 + tau ** 2));
    const total = precisions.reduce((a, b) => a + b);
    const mu = precisions.reduce((sum, precision, i) => sum + precision * effects[i], 0) / total;
    const fit = precisions.reduce(
      (sum, precision, i) => sum + Math.log(precision) - precision * (effects[i] - mu) ** 2,
      0,
    );
    logWeights.push(0.5 * (fit - Math.log(total)) + Math.log(u));
    taus.push(tau);
    mus.push(mu);
    muDeviations.push(1 / Math.sqrt(total));
  }
  const interval = (mixture: Mixture) => ({
    low: mixtureQuantile(mixture, 0.025),
    high: mixtureQuantile(mixture, 0.975),
  });
  const group = mixtureOf(logWeights, mus, muDeviations);
  const people = trials.map(({ id, effect, standardError }): Shrunk => {
    const given = taus.map((tau, node) => {
      const [own, others] = [1 / standardError ** 2, 1 / tau ** 2];
      const share = others / (own + others);
      return {
        mean: (1 - share) * effect + share * mus[node],
        deviation: Math.sqrt(1 / (own + others) + (share * muDeviations[node]) ** 2),
      };
    });
    const mixture = mixtureOf(
      logWeights,
      given.map(({ mean }) => mean),
      given.map(({ deviation }) => deviation),
    );
    return { id, own: effect, effect: mixtureMoments(mixture).mean, ...interval(mixture) };
  });
  const spread = mixtureMoments(
    mixtureOf(
      logWeights,
      taus,
      taus.map(() => 0),
    ),
  );
  const next = mixtureOf(
    logWeights,
    mus,
    muDeviations.map((one, node) => Math.hypot(one, taus[node])),
  );
  return {
    people,
    group: { effect: mixtureMoments(group).mean, ...interval(group) },
    between: spread,
    next: interval(next),
  };
}

/** Share of a mixture that is a benefit of more than `least`: below -least where lower is better. */
export function probabilityOfBenefit(effect: Mixture, better: 'lower' | 'higher', least: number): number {
  return better === 'lower' ? mixtureBelow(effect, -least) : 1 - mixtureBelow(effect, least);
}
