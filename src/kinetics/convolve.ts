import type { InputFunction } from './input.ts';

/**
 * Responses of an input function, sampled where a curve was sampled: the input itself, its integral and its convolution
 * with exponentials, all exact for straight lines between samples of the input. Input and curve may have different times;
 * a delay moves the input later without resampling it.
 */
export interface Responder {
  readonly points: number;
  /** Distance of samples, where curve and input share even times: responses at delays whole beats apart are shifts of each other. */
  readonly beatS: number | undefined;
  /** c(t - delay); `slope`, when given, gets its derivative by time. */
  input(delayS: number, out: Float64Array, slope?: Float64Array): void;
  /** Integral of the input from its begin to t - delay. */
  integral(delayS: number, out: Float64Array): void;
  /**
   * y(t) = integral over u of e^(-rate (t - delay - u)) c(u); `byRate`, when given, gets dy/drate. `rate` per second, >= 0.
   */
  exponential(rate: number, delayS: number, out: Float64Array, byRate?: Float64Array): void;
}

/** What one step of the recursion needs, for x = rate dt. */
interface Step {
  e: number;
  e1: number;
  e2: number;
  /** Derivatives of e1 and e2 by x. */
  d1: number;
  d2: number;
}

/**
 * y[i+1] = E y[i] + dt (c[i] E1 + (c[i+1] - c[i]) E2) with E = e^-x, E1 = (1 - E) / x, E2 = (1 - E1) / x: the exact solution
 * of y' = c - rate y for a straight c. Below 0.1 the quotients lose their digits and series stand for them.
 */
function setStep(step: Step, x: number): void {
  step.e = Math.exp(-x);
  if (x < 0.1) {
    step.e1 = 1 + x * (-1 / 2 + x * (1 / 6 + x * (-1 / 24 + x * (1 / 120 + x * (-1 / 720 + x / 5040)))));
    step.e2 = 1 / 2 + x * (-1 / 6 + x * (1 / 24 + x * (-1 / 120 + x * (1 / 720 + x * (-1 / 5040 + x / 40320)))));
    step.d1 = -1 / 2 + x * (1 / 3 + x * (-1 / 8 + x * (1 / 30 + x * (-1 / 144 + x * (1 / 840 - x / 5760)))));
    step.d2 = -1 / 6 + x * (1 / 12 + x * (-1 / 40 + x * (1 / 180 + x * (-1 / 1008 + x * (1 / 6720 - x / 51840)))));
    return;
  }
  step.e1 = (1 - step.e) / x;
  step.e2 = (1 - step.e1) / x;
  step.d1 = (step.e - step.e1) / x;
  step.d2 = (-step.d1 - step.e2) / x;
}

/** Responses of `input` at `timesS` (rising, in seconds). */
export function responder(input: InputFunction, timesS: Float64Array): Responder {
  const { timesS: nodes, values } = input;
  const n = timesS.length;
  const last = nodes.length - 1;
  const step: Step = { e: 1, e1: 1, e2: 0.5, d1: -0.5, d2: -1 / 6 };
  const same = nodes.length === n && nodes.every((time, at) => time === timesS[at]);
  const beat = evenBeat(nodes);
  const nodeY = new Float64Array(nodes.length);
  const nodeZ = new Float64Array(nodes.length);

  /** y and dy/drate at the samples of the input. */
  function atNodes(rate: number, y: Float64Array, z?: Float64Array): void {
    y[0] = 0;
    if (z) z[0] = 0;
    if (beat !== undefined) setStep(step, rate * beat);
    let before = values[0]!;
    let yi = 0;
    let zi = 0;
    let { e, e1, e2, d1, d2 } = step;
    let dt = beat ?? 0;
    for (let at = 0; at < last; at++) {
      if (beat === undefined) {
        dt = nodes[at + 1]! - nodes[at]!;
        setStep(step, rate * dt);
        ({ e, e1, e2, d1, d2 } = step);
      }
      const after = values[at + 1]!;
      const rise = after - before;
      if (z) {
        zi = e * zi - dt * e * yi + dt * dt * (before * d1 + rise * d2);
        z[at + 1] = zi;
      }
      yi = e * yi + dt * (before * e1 + rise * e2);
      y[at + 1] = yi;
      before = after;
    }
  }

  /** Goes through the curve's times: which piece of the input each lies in after the delay, and how far in it. */
  function pieces(delayS: number, each: (at: number, node: number, intoS: number) => void): void {
    let node = 0;
    for (let at = 0; at < n; at++) {
      const time = timesS[at]! - delayS;
      if (time < nodes[0]!) {
        each(at, -1, 0);
        continue;
      }
      while (node < last && nodes[node + 1]! <= time) node++;
      each(at, node, time - nodes[node]!);
    }
  }

  /** Where all times lie equally far into their piece: by how many samples the input comes later, and how far in they are. */
  function shiftOf(delayS: number): { samples: number; intoS: number } | undefined {
    if (!same || beat === undefined || !(delayS > 0)) return undefined;
    const samples = Math.ceil(delayS / beat - 1e-9);
    return { samples, intoS: Math.max(0, samples * beat - delayS) };
  }

  const slopeAt = (node: number): number =>
    node < 0 || node >= last ? 0 : (values[node + 1]! - values[node]!) / (nodes[node + 1]! - nodes[node]!);

  /** The same as by pieces, which are all alike here. */
  function shifted(
    { samples, intoS }: { samples: number; intoS: number },
    rate: number,
    out: Float64Array,
    byRate: Float64Array | undefined,
  ): void {
    setStep(step, rate * intoS);
    const { e, e1, e2, d1, d2 } = step;
    const share = intoS / beat!;
    const empty = Math.min(samples, n);
    out.fill(0, 0, empty);
    byRate?.fill(0, 0, empty);
    for (let at = empty, node = 0; at < n; at++, node++) {
      const value = values[node]!;
      const rise = node < last ? share * (values[node + 1]! - value) : 0;
      const y = nodeY[node]!;
      out[at] = e * y + intoS * (value * e1 + rise * e2);
      if (byRate) byRate[at] = e * nodeZ[node]! - intoS * e * y + intoS * intoS * (value * d1 + rise * d2);
    }
  }

  return {
    points: n,
    beatS: same ? beat : undefined,
    input(delayS, out, slope) {
      if (same && delayS === 0 && !slope) return out.set(values);
      pieces(delayS, (at, node, intoS) => {
        const rise = slopeAt(node);
        out[at] = node < 0 ? 0 : values[node]! + rise * intoS;
        if (slope) slope[at] = rise;
      });
    },
    integral(delayS, out) {
      atNodes(0, nodeY);
      pieces(delayS, (at, node, intoS) => {
        out[at] = node < 0 ? 0 : nodeY[node]! + intoS * (values[node]! + (slopeAt(node) * intoS) / 2);
      });
    },
    exponential(rate, delayS, out, byRate) {
      if (same && delayS === 0) return atNodes(rate, out, byRate);
      atNodes(rate, nodeY, byRate && nodeZ);
      const shift = shiftOf(delayS);
      if (shift) return shifted(shift, rate, out, byRate);
      let before = Number.NaN;
      pieces(delayS, (at, node, intoS) => {
        if (node < 0) {
          out[at] = 0;
          if (byRate) byRate[at] = 0;
          return;
        }
        // Even sampling is equally far in everywhere, but for rounding.
        if (!(Math.abs(intoS - before) <= 1e-11 * timesS[n - 1]!)) setStep(step, rate * intoS);
        before = intoS;
        const { e, e1, e2, d1, d2 } = step;
        const rise = slopeAt(node) * intoS;
        out[at] = e * nodeY[node]! + intoS * (values[node]! * e1 + rise * e2);
        if (byRate)
          byRate[at] = e * nodeZ[node]! - intoS * e * nodeY[node]! + intoS * intoS * (values[node]! * d1 + rise * d2);
      });
    },
  };
}

/** The distance of samples where it is one and the same to rounding; undefined otherwise. */
function evenBeat(timesS: Float64Array): number | undefined {
  const beat = (timesS.at(-1)! - timesS[0]!) / (timesS.length - 1);
  for (let at = 1; at < timesS.length; at++)
    if (Math.abs(timesS[at]! - timesS[at - 1]! - beat) > 1e-9 * Math.max(1, beat)) return undefined;
  return beat;
}

/** The convolution of an input with one exponential, at the times of the input. For tests and one-off use. */
export function convolved(input: InputFunction, rate: number, timesS = input.timesS, delayS = 0): Float64Array {
  const out = new Float64Array(timesS.length);
  responder(input, timesS).exponential(rate, delayS, out);
  return out;
}
