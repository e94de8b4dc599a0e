/**
 * Least value of a function of several variables without derivatives: line searches along axes, then along the way that a
 * sweep has gone (Powell 1964). Deterministic. `steps`: by how much each variable is first moved.
 */
export function minimise(
  of: (x: Float64Array) => number,
  start: ArrayLike<number>,
  steps: ArrayLike<number>,
  options: { sweeps?: number; tolerance?: number } = {},
): { x: Float64Array; value: number } {
  const n = start.length;
  let x: Float64Array = Float64Array.from(start);
  let value = of(x);
  const directions = Array.from({ length: n }, (_, axis) => {
    const direction = new Float64Array(n);
    direction[axis] = steps[axis]!;
    return direction;
  });
  for (let sweep = 0; sweep < (options.sweeps ?? 12); sweep++) {
    const before = { x: Float64Array.from(x), value };
    let best = { drop: 0, at: 0 };
    for (const [at, direction] of directions.entries()) {
      const found = alongLine(of, x, value, direction);
      if (value - found.value > best.drop) best = { drop: value - found.value, at };
      ({ x, value } = found);
    }
    if (before.value - value < (options.tolerance ?? 1e-6) * Math.abs(value)) break;
    const whole = x.map((one, axis) => one - before.x[axis]!);
    const further = x.map((one, axis) => one + whole[axis]!);
    if (of(further) < before.value) {
      ({ x, value } = alongLine(of, x, value, whole));
      directions.splice(best.at, 1);
      directions.push(whole);
    }
  }
  return { x, value };
}

/** Widens steps while they go down, then fits parabolas: about ten values. */
function alongLine(
  of: (x: Float64Array) => number,
  from: Float64Array,
  value: number,
  direction: Float64Array,
): { x: Float64Array; value: number } {
  const at = (s: number): Float64Array => from.map((one, axis) => one + s * direction[axis]!);
  const seen = new Map<number, number>([[0, value]]);
  const valueAt = (s: number): number => {
    const known = seen.get(s);
    if (known !== undefined) return known;
    const found = of(at(s));
    seen.set(s, found);
    return found;
  };
  let [low, middle, high] = [-1, 0, 1];
  for (let turn = 0; turn < 8; turn++) {
    if (valueAt(high) < valueAt(middle)) [low, middle, high] = [middle, high, high + 1.6 * (high - middle)];
    else if (valueAt(low) < valueAt(middle)) [low, middle, high] = [low - 1.6 * (middle - low), low, middle];
    else break;
  }
  for (let turn = 0; turn < 5; turn++) {
    const [a, b, c] = [valueAt(low), valueAt(middle), valueAt(high)];
    const [left, right] = [middle - low, high - middle];
    const curve = left * (c - b) + right * (a - b);
    let next = curve > 0 ? middle - (left * left * (c - b) - right * right * (a - b)) / (2 * curve) : Number.NaN;
    if (!(next > low && next < high) || Math.abs(next - middle) < 0.02 * Math.min(left, right))
      next = left > right ? middle - 0.38 * left : middle + 0.38 * right;
    if (valueAt(next) < b) {
      if (next > middle) [low, middle] = [middle, next];
      else [high, middle] = [middle, next];
    } else if (next > middle) high = next;
    else low = next;
    if (high - low < 0.02) break;
  }
  return { x: at(middle), value: valueAt(middle) };
}
