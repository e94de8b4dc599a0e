import { IdiographError } from '../dossier/errors.ts';

/**
 * A concentration over time that drives a system: straight lines between samples, nothing before the first, the last value
 * after the last.
 */
export interface InputFunction {
  /** Rising, in seconds. */
  readonly timesS: Float64Array;
  readonly values: Float64Array;
}

/** Throws `usage` when times and values differ in number, times do not rise, or something is no number. */
export function inputFunction(timesS: ArrayLike<number>, values: ArrayLike<number>): InputFunction {
  checkTimes(timesS);
  if (timesS.length !== values.length)
    throw new IdiographError('usage', `the input has ${timesS.length} times and ${values.length} values`, {
      remedy: 'Give one time for each value.',
    });
  const input = { timesS: Float64Array.from(timesS), values: Float64Array.from(values) };
  if (!input.values.every(Number.isFinite))
    throw new IdiographError('usage', 'the input function has values that are no numbers');
  return input;
}

/** Throws `usage` unless there are at least two times that rise. */
export function checkTimes(timesS: ArrayLike<number>): void {
  if (timesS.length < 2) throw new IdiographError('usage', 'a curve needs at least two times');
  for (let at = 0; at < timesS.length; at++) {
    if (Number.isFinite(timesS[at]!) && (at === 0 || timesS[at]! > timesS[at - 1]!)) continue;
    throw new IdiographError('usage', `times must rise: ${timesS[at - 1]} is followed by ${timesS[at]}`, {
      remedy: 'Sort the curve by time; two samples of one time must be averaged or one left out.',
    });
  }
}

/** The input at a time, in seconds. */
export function inputAt({ timesS, values }: InputFunction, timeS: number): number {
  const last = timesS.length - 1;
  if (timeS < timesS[0]!) return 0;
  if (timeS >= timesS[last]!) return values[last]!;
  const at = segmentBefore(timesS, timeS);
  const share = (timeS - timesS[at]!) / (timesS[at + 1]! - timesS[at]!);
  return values[at]! + share * (values[at + 1]! - values[at]!);
}

/** The last sample at or before a time that lies within the times. */
function segmentBefore(timesS: Float64Array, timeS: number): number {
  let [low, high] = [0, timesS.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (timesS[middle]! <= timeS) low = middle;
    else high = middle;
  }
  return low;
}

/** Plasma from whole blood: contrast agent stays outside the cells. `haematocrit` 0..1. */
export function plasmaInput(blood: InputFunction, haematocrit: number): InputFunction {
  if (!(haematocrit >= 0 && haematocrit < 0.9))
    throw new IdiographError('usage', `a haematocrit of ${haematocrit} is not possible`, {
      remedy: 'Give a fraction such as 0.42.',
    });
  return { timesS: blood.timesS, values: blood.values.map((value) => value / (1 - haematocrit)) };
}
