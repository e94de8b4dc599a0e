import { dot } from './linear.ts';

/** Value and gradient at x. A value that is not finite is a place that the search must leave. */
export type Objective = (x: Float64Array) => { value: number; gradient: Float64Array };

/**
 * Minimises a smooth function: limited-memory BFGS with 8 pairs and a backtracking line search that keeps the curvature
 * positive (Nocedal and Wright 2006, algorithm 7.5). Deterministic; stops when the gradient is below `tolerance` or
 * nothing is gained.
 */
export function minimise(
  objective: Objective,
  start: ArrayLike<number>,
  { tolerance = 1e-6, steps = 200 }: { tolerance?: number; steps?: number } = {},
): { x: Float64Array; value: number; steps: number } {
  let x = Float64Array.from(start);
  let { value, gradient } = objective(x);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let step = 0;
  for (; step < steps; step++) {
    if (gradient.every((one) => Math.abs(one) < tolerance)) break;
    const direction = descent(gradient, pairs);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction.set(gradient.map((one) => -one));
      slope = -dot(gradient, gradient);
    }
    // Without curvature known yet, a step no longer than 1.
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next: { value: number; gradient: Float64Array } | undefined;
    let moved = x;
    for (let tries = 0; tries < 40; tries++, length /= 2) {
      moved = x.map((one, k) => one + length * direction[k]!);
      const trial = objective(moved);
      if (Number.isFinite(trial.value) && trial.value <= value + 1e-4 * length * slope) {
        next = trial;
        break;
      }
    }
    if (next === undefined) break;
    const s = moved.map((one, k) => one - x[k]!);
    const y = next.gradient.map((one, k) => one - gradient[k]!);
    const sy = dot(s, y);
    if (sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / sy });
      if (pairs.length > 8) pairs.shift();
    }
    const gained = value - next.value;
    x = moved;
    ({ value, gradient } = next);
    if (gained <= 1e-12 * (Math.abs(value) + 1)) break;
  }
  return { x, value, steps: step };
}

function descent(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = Float64Array.from(gradient);
  const alphas: number[] = [];
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k]!;
    const alpha = rho * dot(s, q);
    alphas[k] = alpha;
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1;
  for (let i = 0; i < q.length; i++) q[i]! *= scale;
  for (const [k, { s, y, rho }] of pairs.entries()) {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += s[i]! * (alphas[k]! - beta);
  }
  return q.map((one) => -one);
}
