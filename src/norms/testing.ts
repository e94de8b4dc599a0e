import type { People } from './people.ts';

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normals(seed: number): () => number {
  const next = generator(seed);
  return () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** Synthetic people with age, sex and measures made by `make(age, male, noise)`. */
export function syntheticPeople(
  n: number,
  seed: number,
  make: Record<string, (age: number, male: number, noise: () => number) => number>,
  site?: string,
): People {
  const next = generator(seed);
  const noise = normals(seed + 1);
  return {
    columns: Object.keys(make),
    people: Array.from({ length: n }, (_, i) => {
      const ageYears = 20 + 50 * next();
      const male = next() < 0.5 ? 1 : 0;
      const values = Object.values(make).map((one) => one(ageYears, male, noise));
      return { id: `p${seed}-${i}`, ageYears, male, ...(site && { site }), values, place: `line ${i + 2}` };
    }),
    issues: [],
  };
}
