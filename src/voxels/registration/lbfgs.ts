/**
 * Limited-memory BFGS (Nocedal 1980) with a step that is halved until the value falls enough (Armijo). `of` writes the
 * gradient and returns the value. `firstMove`: by how much the variable that moves most is moved first. Deterministic.
 */
export function descend(
  of: (x: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: {
    iterations: number;
    firstMove: number;
    tolerance?: number;
    memory?: number;
    each?: (done: number) => void;
  },
): { x: Float64Array; value: number; iterations: number } {
  const memory = options.memory ?? 6;
  let x: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(x.length);
  let value = of(x, gradient);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let iterations = 0;
  for (; iterations < options.iterations; iterations++) {
    options.each?.(iterations / options.iterations);
    let direction = downhill(gradient, pairs);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction = gradient.map((one) => -one);
      slope = dot(direction, gradient);
    }
    if (!(slope < 0)) break;
    const largest = direction.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    // Without a memory the length of the gradient says nothing; with one, no step may leap over the image.
    let step = pairs.length === 0 ? options.firstMove / largest : Math.min(1, (4 * options.firstMove) / largest);
    let next: Float64Array | undefined;
    const nextGradient = new Float64Array(x.length);
    let nextValue = value;
    for (let turn = 0; turn < 8; turn++, step /= 2) {
      const candidate = x.map((one, at) => one + step * direction[at]!);
      nextValue = of(candidate, nextGradient);
      if (nextValue <= value + 1e-4 * step * slope) {
        next = candidate;
        break;
      }
    }
    if (!next) break;
    const s = next.map((one, at) => one - x[at]!);
    const y = nextGradient.map((one, at) => one - gradient[at]!);
    const curve = dot(s, y);
    if (curve > 1e-12 * dot(y, y)) {
      pairs.push({ s, y, rho: 1 / curve });
      if (pairs.length > memory) pairs.shift();
    }
    const drop = value - nextValue;
    [x, gradient, value] = [next, nextGradient, nextValue];
    if (drop < (options.tolerance ?? 1e-5) * Math.max(1e-12, Math.abs(value))) break;
  }
  return { x, value, iterations };
}

function downhill(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((one) => -one);
  const alphas: number[] = [];
  for (let at = pairs.length - 1; at >= 0; at--) {
    const { s, y, rho } = pairs[at]!;
    const alpha = rho * dot(s, q);
    alphas[at] = alpha;
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (const [at, { s, y, rho }] of pairs.entries()) {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += s[i]! * (alphas[at]! - beta);
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
