import type { CompartmentModel } from './compartments.ts';
import type { Responder } from './convolve.ts';

/** Where the search for starting values looks. */
export interface StartGrid {
  /** Rates per second, rising. */
  ratesPerS: readonly number[];
  delaysS: readonly number[];
}

/** Finds the best starts for a curve: parameter vectors with their sums of squares, best first. */
export type StartSearch = (
  data: ArrayLike<number>,
  count: number,
) => readonly { parameters: Float64Array; rss: number }[];

/** Rates evenly apart on a log scale, from slow against the duration of a curve to fast against its sampling. */
export function rateGrid(timesS: Float64Array, count = 20): number[] {
  const duration = timesS.at(-1)! - timesS[0]!;
  const beat = duration / (timesS.length - 1);
  const [low, high] = [0.1 / duration, 2 / beat];
  return Array.from({ length: count }, (_, at) => low * (high / low) ** (at / (count - 1)));
}

/**
 * All combinations of rates and delay on a grid: for given rates and delay the amplitudes are a linear problem (variable
 * projection, Golub and Pereyra 1973), solved from inner products that are made once for an input and once for a curve. So
 * the global minimum is seen before a local search begins. Combinations with a negative amplitude are passed over, with
 * fewer terms tried instead.
 */
export function startSearch(model: CompartmentModel, grid: StartGrid): StartSearch {
  const { structure, responses, points } = model;
  const { terms } = structure;
  const rates = grid.ratesPerS;
  const delays = structure.fitsDelay ? grid.delaysS : [model.delayS];
  // Entries of one delay: the input, its integral, then one for each rate.
  const entries = 2 + rates.length;
  const basis = basesOf(responses, rates, delays);
  const gram = gramsOf(basis, points);
  const choices = choicesOf(terms, entries);
  const used = [...new Set(choices.flat())];
  const dots = new Float64Array(entries);
  const amplitudes = new Float64Array(terms.length);

  // The best so far, without arrays of their own until the end: this runs for each voxel.
  const rss: number[] = [];
  const found: { choice: number; delay: number }[] = [];

  return (data, count) => {
    const total = dot(data, data);
    rss.length = 0;
    found.length = 0;
    for (let delay = 0; delay < delays.length; delay++) {
      for (const entry of used) dots[entry] = shiftedDot(basis[delay]!, entry, data);
      for (let choice = 0; choice < choices.length; choice++) {
        const gained = project(choices[choice]!, gram[delay]!, dots, entries, amplitudes);
        const left = total - gained;
        if (!(gained > 0) || (rss.length === count && left >= rss[count - 1]!)) continue;
        let place = rss.length < count ? rss.push(left) - 1 : count - 1;
        for (; place > 0 && rss[place - 1]! > left; place--) {
          rss[place] = rss[place - 1]!;
          found[place] = found[place - 1]!;
        }
        rss[place] = left;
        found[place] = { choice, delay };
      }
    }
    if (found.length === 0) return [{ parameters: fallback(), rss: total }];
    return found.map(({ choice, delay }, at) => {
      for (const entry of choices[choice]!) dots[entry] = shiftedDot(basis[delay]!, entry, data);
      project(choices[choice]!, gram[delay]!, dots, entries, amplitudes);
      return { parameters: parametersOf(choices[choice]!, amplitudes, delays[delay]!), rss: rss[at]! };
    });
  };

  function parametersOf(choice: readonly number[], of: Float64Array, delay: number): Float64Array {
    const chosen = choice.flatMap((entry) => (entry >= 2 ? [rates[entry - 2]!] : []));
    return Float64Array.from([...of, ...chosen, ...(structure.fitsDelay ? [delay] : [])]);
  }

  /** Nothing fits with positive amplitudes: the curve does not rise. */
  function fallback(): Float64Array {
    const middle = rates[rates.length >> 1]!;
    const chosen = terms.flatMap((term) => (term === 'exponential' ? [middle] : []));
    return Float64Array.from([...terms.map(() => 0), ...chosen, ...(structure.fitsDelay ? [delays[0]!] : [])]);
  }
}

/** Responses of one delay: those of `entries`, `shift` samples later. */
interface Basis {
  entries: readonly Float64Array[];
  shift: number;
}

/** The input, its integral, then one response for each rate. Delays that lie whole beats apart share their responses. */
function basesOf(responses: Responder, rates: readonly number[], delays: readonly number[]): Basis[] {
  const made: { delay: number; entries: Float64Array[] }[] = [];
  return delays.map((delay) => {
    const { beatS, points } = responses;
    for (const one of beatS === undefined ? [] : made) {
      // Before the input there is nothing; with a negative delay there is.
      if (one.delay < 0) continue;
      const shift = Math.round((delay - one.delay) / beatS!);
      if (shift >= 0 && Math.abs(delay - one.delay - shift * beatS!) < 1e-9 * beatS!) return { ...one, shift };
    }
    const entries = Array.from({ length: 2 + rates.length }, (_, entry) => {
      const out = new Float64Array(points);
      if (entry === 0) responses.input(delay, out);
      else if (entry === 1) responses.integral(delay, out);
      else responses.exponential(rates[entry - 2]!, delay, out);
      return out;
    });
    made.push({ delay, entries });
    return { entries, shift: 0 };
  });
}

/** Inner products of all responses, for each delay: of shifted ones the products without their last samples. */
function gramsOf(bases: readonly Basis[], points: number): Float64Array[] {
  const all = bases.map(({ entries }) => new Float64Array(entries.length ** 2));
  for (const [entries, of] of Map.groupBy(bases.keys(), (at) => bases[at]!.entries)) {
    const size = entries.length;
    const byLength = [...of].sort((a, b) => bases[b]!.shift - bases[a]!.shift);
    for (let a = 0; a < size; a++)
      for (let b = 0; b <= a; b++) {
        const [left, right] = [entries[a]!, entries[b]!];
        let [sum, at] = [0, 0];
        for (const basis of byLength) {
          const end = Math.max(0, points - bases[basis]!.shift);
          for (; at < end; at++) sum += left[at]! * right[at]!;
          all[basis]![a * size + b] = sum;
          all[basis]![b * size + a] = sum;
        }
      }
  }
  return all;
}

function shiftedDot({ entries, shift }: Basis, entry: number, data: ArrayLike<number>): number {
  const of = entries[entry]!;
  let sum = 0;
  for (let at = shift; at < data.length; at++) sum += of[at - shift]! * data[at]!;
  return sum;
}

/** Which entries can stand for the terms; of two exponentials the faster comes first. */
function choicesOf(terms: readonly string[], entries: number): number[][] {
  let choices: number[][] = [[]];
  for (const term of terms)
    choices = choices.flatMap((choice) => {
      if (term === 'input') return [[...choice, 0]];
      if (term === 'integral') return [[...choice, 1]];
      const slowerThan = choice.filter((entry) => entry >= 2).at(-1) ?? entries;
      return Array.from({ length: slowerThan - 2 }, (_, at) => [...choice, at + 2]);
    });
  return choices;
}

/** Amplitudes >= 0 that fit best; gives by how much the sum of squares falls. */
function project(
  choice: readonly number[],
  gram: Float64Array,
  dots: Float64Array,
  entries: number,
  out: Float64Array,
): number {
  if (choice.length === 1) {
    const [a] = choice as [number];
    out[0] = dots[a]! / gram[a * entries + a]!;
    return out[0] > 0 ? out[0] * dots[a]! : 0;
  }
  if (choice.length === 2) {
    const [a, b] = choice as [number, number];
    const [aa, ab, bb] = [gram[a * entries + a]!, gram[a * entries + b]!, gram[b * entries + b]!];
    const determinant = aa * bb - ab * ab;
    if (determinant > 1e-10 * aa * bb) {
      out[0] = (bb * dots[a]! - ab * dots[b]!) / determinant;
      out[1] = (aa * dots[b]! - ab * dots[a]!) / determinant;
      if (out[0] >= 0 && out[1] >= 0) return out[0] * dots[a]! + out[1] * dots[b]!;
    }
    return oneOf(choice, gram, dots, entries, out);
  }
  const solved = solveThree(choice, gram, dots, entries, out);
  return solved
    ? choice.reduce((sum, entry, at) => sum + out[at]! * dots[entry]!, 0)
    : oneOf(choice, gram, dots, entries, out);
}

/** The one term that alone explains most; the others get nothing. */
function oneOf(
  choice: readonly number[],
  gram: Float64Array,
  dots: Float64Array,
  entries: number,
  out: Float64Array,
): number {
  out.fill(0);
  let [most, at] = [0, -1];
  for (const [place, entry] of choice.entries()) {
    const gained = dots[entry]! > 0 ? dots[entry]! ** 2 / gram[entry * entries + entry]! : 0;
    if (gained > most) [most, at] = [gained, place];
  }
  if (at >= 0) out[at] = dots[choice[at]!]! / gram[choice[at]! * entries + choice[at]!]!;
  return most;
}

function solveThree(
  [a, b, c]: readonly number[],
  gram: Float64Array,
  dots: Float64Array,
  entries: number,
  out: Float64Array,
): boolean {
  const g = (row: number, column: number): number => gram[row * entries + column]!;
  const m = [
    [g(a!, a!), g(a!, b!), g(a!, c!), dots[a!]!],
    [g(b!, a!), g(b!, b!), g(b!, c!), dots[b!]!],
    [g(c!, a!), g(c!, b!), g(c!, c!), dots[c!]!],
  ] as number[][];
  for (let pivot = 0; pivot < 3; pivot++) {
    if (!(m[pivot]![pivot]! > 1e-12 * g([a, b, c][pivot]!, [a, b, c][pivot]!))) return false;
    for (let row = pivot + 1; row < 3; row++) {
      const times = m[row]![pivot]! / m[pivot]![pivot]!;
      for (let column = pivot; column < 4; column++) m[row]![column]! -= times * m[pivot]![column]!;
    }
  }
  for (let row = 2; row >= 0; row--) {
    let value = m[row]![3]!;
    for (let column = row + 1; column < 3; column++) value -= m[row]![column]! * out[column]!;
    out[row] = value / m[row]![row]!;
    if (out[row]! < 0) return false;
  }
  return true;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
