import { sha256 } from '../dossier/canonical.ts';

/** A stream of numbers that follows from its seed alone. */
export interface Random {
  /** 0 <= x < 1 */
  uniform(): number;
  normal(): number;
  /** 0 <= i < n */
  below(n: number): number;
}

/** sfc32 (PractRand), seeded by the SHA-256 of a text: no seed, no number. */
export function randomOf(seed: string): Random {
  const hash = sha256(seed);
  let [a, b, c, d] = [0, 8, 16, 24].map((at) => Number.parseInt(hash.slice(at, at + 8), 16) | 0);
  const uniform = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) uniform();
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (n) => Math.floor(uniform() * n),
  };
}
