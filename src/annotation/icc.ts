import { fQuantile } from './fDistribution.ts';

export interface Icc {
  value: number;
  /** 95 % interval; undefined where the readers leave no error to estimate it from. */
  interval: [number, number] | undefined;
  targets: number;
  readers: number;
}

/**
 * ICC(2,1): absolute agreement of single measurements, readers and targets both random (Shrout and Fleiss 1979), with the
 * interval of McGraw and Wong 1996. `table[target][reader]`, complete, at least two by two. Undefined when nothing varies.
 */
export function icc21(table: readonly (readonly number[])[]): Icc | undefined {
  const [n, k] = [table.length, table[0]!.length];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = table.map(mean);
  const columns = table[0]!.map((_, reader) => mean(table.map((row) => row[reader]!)));
  const grand = mean(rows);
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - grand) ** 2, 0);
  const betweenTargets = (k * squares(rows)) / (n - 1);
  const betweenReaders = (n * squares(columns)) / (k - 1);
  const residual = table.reduce(
    (sum, row, target) =>
      sum + row.reduce((all, value, reader) => all + (value - rows[target]! - columns[reader]! + grand) ** 2, 0),
    0,
  );
  const error = residual / ((n - 1) * (k - 1));
  const divisor = betweenTargets + (k - 1) * error + (k * (betweenReaders - error)) / n;
  if (!(divisor > 0)) return undefined;
  const value = (betweenTargets - error) / divisor;
  return { value, interval: interval(value, betweenTargets, betweenReaders, error, n, k), targets: n, readers: k };
}

function interval(value: number, msr: number, msc: number, mse: number, n: number, k: number): Icc['interval'] {
  if (!(mse > 0) || value >= 1) return undefined;
  const a = (k * value) / (n * (1 - value));
  const b = 1 + (k * value * (n - 1)) / (n * (1 - value));
  const df = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)));
  if (!(df > 0 && Number.isFinite(df))) return undefined;
  const spread = k * msc + (k * n - k - n) * mse;
  const below = fQuantile(0.975, n - 1, df);
  const above = fQuantile(0.975, df, n - 1);
  return [
    (n * (msr - below * mse)) / (below * spread + n * msr),
    (n * (above * msr - mse)) / (spread + n * above * msr),
  ];
}
