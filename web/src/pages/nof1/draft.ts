import type { InputOf } from '../../../../src/server/api/spec.ts';
import type { trials } from '../../../../src/server/api/trials.ts';

type Power = InputOf<(typeof trials)['trials.power']>['body'];
type Plan = Power['plan'];

/** The form as it stands, before it is a plan. */
export interface Draft {
  title: string;
  treatment: string;
  comparison: string;
  measure: string;
  better: 'lower' | 'higher';
  low: number;
  high: number;
  worthwhile: number;
  type: 'pairs' | 'phases' | 'baselines';
  cycles: number;
  periodDays: number;
  washoutDays: number;
  days: number;
  order: 'AB' | 'ABA' | 'ABAB' | 'ABABAB';
  minimumDays: number;
  tiers: string;
  firstStart: number;
  windowDays: number;
  lagDays: number;
  startDay: string;
  sideEffect: string;
  stopAt: number;
  blinding: string;
  seed: string;
  effect: number;
  deviation: number;
  autocorrelation: number;
  carryOver: number;
}

/** Eight cycles of a week: the fewest with which a p below .05 is common. */
export function draftOf(today: string): Draft {
  return {
    title: '',
    treatment: '',
    comparison: '',
    measure: 'pain',
    better: 'lower',
    low: 0,
    high: 10,
    worthwhile: 1,
    type: 'pairs',
    cycles: 8,
    periodDays: 7,
    washoutDays: 0,
    days: 56,
    order: 'ABAB',
    minimumDays: 10,
    tiers: '',
    firstStart: 7,
    windowDays: 5,
    lagDays: 1,
    startDay: today,
    sideEffect: '',
    stopAt: 7,
    blinding: 'open',
    seed: String(crypto.getRandomValues(new Uint32Array(1))[0]),
    effect: 1.5,
    deviation: 1.5,
    autocorrelation: 0.3,
    carryOver: 0,
  };
}

export function planOf(draft: Draft): Plan {
  const { type, cycles, periodDays, washoutDays, days, order, minimumDays, firstStart, windowDays } = draft;
  const title = draft.title.trim() || `${draft.treatment.trim()} / ${draft.comparison.trim()}`;
  return {
    title,
    treatment: draft.treatment,
    comparison: draft.comparison,
    measure: draft.measure,
    better: draft.better,
    range: [draft.low, draft.high],
    ...(draft.worthwhile > 0 ? { worthwhile: draft.worthwhile } : {}),
    lagDays: draft.lagDays,
    seed: draft.seed,
    blinding: draft.blinding,
    design:
      type === 'pairs'
        ? { type, cycles, periodDays, washoutDays }
        : type === 'phases'
          ? { type, order, days, minimumDays }
          : { type, tiers: draft.tiers.split(',').map((one) => one.trim()), days, firstStart, windowDays },
    ...(draft.sideEffect.trim() === '' ? {} : { sideEffect: { measure: draft.sideEffect, stopAt: draft.stopAt } }),
  };
}

export function truthOf({ effect, deviation, autocorrelation, carryOver, better }: Draft): Power['truth'] {
  return {
    effect: better === 'lower' ? -effect : effect,
    deviation,
    autocorrelation,
    carryOver,
    missing: 0.1,
    trend: 0,
  };
}

/** Sizes around the chosen one for the curve: cycles, or days. */
export function sizesOf({ type, cycles, days }: Draft): number[] {
  const sizes = type === 'pairs' ? [3, 4, 6, 8, 10, cycles] : [days, Math.round(days * 1.25), Math.round(days * 1.5)];
  return [...new Set(sizes)].sort((a, b) => a - b);
}

export function withSize(draft: Draft, size: number): Draft {
  return draft.type === 'pairs' ? { ...draft, cycles: size } : { ...draft, days: size };
}
