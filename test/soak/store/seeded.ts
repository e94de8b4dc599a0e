/** Park and Miller's generator, 0 to 1: the same points at each soak. */
export function seeded(seed: number): () => number {
  // Neighbouring seeds would begin with neighbouring numbers.
  let state = ((Math.abs(Math.trunc(seed)) * 7919 + 104_729) % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}
