import { fTail } from '../kinetics/fTail.ts';

/** Complement of the error function, relative error below 1.2e-7 refined by its continued fraction; exact to ~1e-15. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    // Series of erf (Abramowitz 7.1.6): all terms positive, no cancellation.
    let term = x;
    let sum = x;
    for (let n = 1; n < 200; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // Continued fraction (Abramowitz 7.1.14) from the tail inwards.
  let fraction = 0;
  for (let n = 120; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/** Standard normal: share below `z`. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2);
}

const central = {
  top: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  bottom: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
};
const middle = {
  top: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  bottom: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const far = {
  top: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  bottom: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

function ratio({ top, bottom }: { top: number[]; bottom: number[] }, x: number): number {
  const at = (c: number[]) => c.reduceRight((sum, one) => sum * x + one, 0);
  return at(top) / at(bottom);
}

/** Standard normal: the value below which the share `p` lies (Wichura 1988, AS 241, to 1e-16). */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(central, 0.180625 - q * q);
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Math.sign(q) * fromTail(tail);
}

/** The positive normal deviate beyond which the share `tail` (< 0.075) lies. */
function fromTail(tail: number): number {
  const r = Math.sqrt(-Math.log(tail));
  return r <= 5 ? ratio(middle, r - 1.6) : ratio(far, r - 5);
}

/** The normal deviate that is as rare as `t` of Student's distribution: Phi^-1(F_t,df(t)). Symmetric, safe in the tails. */
export function studentToNormal(t: number, df: number): number {
  if (!Number.isFinite(t) || t === 0) return t;
  const tail = fTail(t * t, 1, df) / 2;
  if (tail === 0) return Math.sign(t) * Number.POSITIVE_INFINITY;
  return Math.sign(t) * (tail < 0.075 ? fromTail(tail) : -normalQuantile(tail));
}

/** The value below which the share `p` (above 0.5) of Student's distribution lies; by halving, to 1e-12. */
export function studentQuantile(p: number, df: number): number {
  const wanted = normalQuantile(p);
  let [low, high] = [0, 1];
  while (studentToNormal(high, df) < wanted) high *= 2;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (studentToNormal(middle, df) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Mean, SD (n), skewness and excess kurtosis of numbers. */
export function moments(values: ArrayLike<number>): { mean: number; sd: number; skew: number; kurtosis: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let [m2, m3, m4] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const d = values[i]! - mean;
    m2 += (d * d) / n;
    m3 += (d * d * d) / n;
    m4 += (d * d * d * d) / n;
  }
  const sd = Math.sqrt(m2);
  return { mean, sd, skew: m3 / (sd * m2), kurtosis: m4 / (m2 * m2) - 3 };
}

/** Linear quantile (type 7) of numbers that need not be sorted. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}
