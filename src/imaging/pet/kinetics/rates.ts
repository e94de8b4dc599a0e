/** Rates (per second) where a search begins: evenly apart on a log scale, from a fiftieth per scan to one in ten seconds. */
export function searchRates(timesS: Float64Array, count = 40): number[] {
  const [low, high] = [0.02 / (timesS.at(-1)! - timesS[0]!), 0.1];
  return Array.from({ length: count }, (_, at) => low * (high / low) ** (at / (count - 1)));
}
