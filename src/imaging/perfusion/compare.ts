import { fTail } from '../../kinetics/fTail.ts';
import type { CurveFit } from './fitCurve.ts';
import type { ModelId } from './models.ts';

export interface Compared {
  model: ModelId;
  /** Akaike's criterion corrected for few samples; lower is better. */
  aicc: number;
  /** Share of belief among the models compared. */
  weight: number;
  /** Against the simpler model that it contains: does what it adds explain more than chance? */
  against?: { model: ModelId; f: number; p: number };
}

/** Which simpler model a model becomes when one of its parameters is taken away. */
const contains: Partial<Record<ModelId, readonly ModelId[]>> = {
  'extended-tofts': ['tofts', 'patlak'],
  '2cum': ['patlak'],
  '2cxm': ['2cum', 'extended-tofts'],
};

/** n ln(rss / n) + 2 k + 2 k (k + 1) / (n - k - 1), with k one more than the parameters for the noise. */
export function aicc({ rss, points: n, parameters }: Pick<CurveFit, 'rss' | 'points' | 'parameters'>): number {
  const k = parameters + 1;
  return n * Math.log(rss / n) + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
}

/**
 * Models of one curve, best first. The criteria take residuals for independent: in curves of noise that is not white they
 * favour too many parameters. `chosen`: the lowest AICc among fits that stand (no failure); undefined when none does.
 */
export function compareModels(fits: readonly CurveFit[]): { compared: Compared[]; chosen?: ModelId } {
  const known = fits.filter(({ rss }) => rss > 0);
  const values = new Map(known.map((fit) => [fit.model, aicc(fit)]));
  const least = Math.min(...values.values());
  const sum = [...values.values()].reduce((total, value) => total + Math.exp((least - value) / 2), 0);
  const compared = known
    .map((fit): Compared => {
      const inner = (contains[fit.model] ?? []).flatMap((id) => known.filter(({ model }) => model === id));
      const [simpler] = inner.sort((a, b) => a.rss - b.rss);
      const value = values.get(fit.model)!;
      return {
        model: fit.model,
        aicc: value,
        weight: Math.exp((least - value) / 2) / sum,
        ...(simpler && { against: against(fit, simpler) }),
      };
    })
    .sort((a, b) => a.aicc - b.aicc);
  const standing = new Set(
    fits.filter(({ status }) => status === 'fitted' || status === 'at-bound').map(({ model }) => model),
  );
  const chosen = compared.find(({ model }) => standing.has(model))?.model;
  return { compared, ...(chosen && { chosen }) };
}

function against(fit: CurveFit, simpler: CurveFit): NonNullable<Compared['against']> {
  const more = Math.max(1, fit.parameters - simpler.parameters);
  const left = fit.points - fit.parameters;
  const f = (simpler.rss - fit.rss) / more / (fit.rss / left);
  return { model: simpler.model, f, p: fTail(f, more, left) };
}
