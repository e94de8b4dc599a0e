import { cosineDrift, driftOrder } from './drift.ts';
import { conditionsOf, type TaskEvent } from './events.ts';
import { type BasisName, boxcarResponse } from './hrf.ts';

export interface DesignOptions {
  volumes: number;
  repetitionTimeS: number;
  /** Regressors of each condition besides the canonical response. Default none. */
  derivatives?: 'none' | 'time' | 'time-and-dispersion';
  /** Number of cosines of the drift, or the period in seconds of which slower changes are drift. Default 128 s. */
  drift?: { order: number } | { cutoffS: number };
  /** Moment of a volume that its values stand for, as share of the repetition time. Default 0, as slices come without timing. */
  timeReference?: number;
  /** Further columns, named: motion, confounds of other programs. */
  confounds?: readonly { name: string; values: Float64Array }[];
}

export interface Design {
  names: string[];
  columns: Float64Array[];
  conditions: string[];
}

const bases: Record<NonNullable<DesignOptions['derivatives']>, readonly BasisName[]> = {
  none: ['canonical'],
  time: ['canonical', 'time-derivative'],
  'time-and-dispersion': ['canonical', 'time-derivative', 'dispersion-derivative'],
};

/** Design matrix of one run: conditions, their derivatives, confounds, cosines, constant. */
export function taskDesign(events: readonly TaskEvent[], options: DesignOptions): Design {
  const { volumes, repetitionTimeS, derivatives = 'none', drift = { cutoffS: 128 }, timeReference = 0 } = options;
  const conditions = conditionsOf(events);
  const names: string[] = [];
  const columns: Float64Array[] = [];
  const add = (name: string, values: Float64Array): void => {
    names.push(name);
    columns.push(values);
  };
  for (const basis of bases[derivatives])
    for (const condition of conditions) {
      const own = events.filter((event) => event.condition === condition);
      add(
        basis === 'canonical' ? condition : `${condition} ${basis}`,
        Float64Array.from({ length: volumes }, (_, volume) => {
          const t = (volume + timeReference) * repetitionTimeS;
          let sum = 0;
          for (const { onsetS, durationS, height } of own)
            if (onsetS < t && t - onsetS - durationS < 100) sum += height * boxcarResponse(basis, t, onsetS, durationS);
          return sum;
        }),
      );
    }
  for (const { name, values } of options.confounds ?? []) add(name, scaled(values));
  const order = 'order' in drift ? drift.order : driftOrder(volumes, repetitionTimeS, drift.cutoffS);
  for (const [at, values] of cosineDrift(volumes, order).entries()) add(`cosine ${at + 1}`, values);
  add('constant', new Float64Array(volumes).fill(1));
  return { names, columns, conditions };
}

/** Mean 0 and SD 1; values that are missing (the first difference of a series) count as the mean. */
export function scaled(values: ArrayLike<number>): Float64Array {
  const all = Array.from(values);
  const finite = all.filter(Number.isFinite);
  const mean = finite.reduce((sum, one) => sum + one, 0) / (finite.length || 1);
  const sd = Math.sqrt(finite.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (finite.length || 1));
  return Float64Array.from(all, (one) => (Number.isFinite(one) && sd > 0 ? (one - mean) / sd : 0));
}
