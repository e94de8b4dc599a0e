import type { Shell } from './gradients.ts';

/** Shells as plain data for kernels: entries of the fitted volumes, one after the other. */
export interface ShellPlan {
  b: number[];
  entries: number[][];
}

export const shellPlan = (shells: readonly Shell[]): ShellPlan => ({
  b: shells.map(({ b }) => b),
  entries: shells.map(({ entries }) => entries),
});

/**
 * Mean logarithm of the signals of each shell: over directions, the geometric mean is the trace-weighted signal that
 * scanners compute, whose decay is the mean diffusivity.
 */
export function shellMeans({ entries }: ShellPlan, log: Float64Array, at: number, out: Float64Array): void {
  for (let s = 0; s < entries.length; s++) {
    const group = entries[s]!;
    let sum = 0;
    for (let i = 0; i < group.length; i++) sum += log[at + group[i]!]!;
    out[s] = sum / group.length;
  }
}
