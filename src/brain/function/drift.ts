/** Columns of a discrete cosine basis (DCT-II) of orders 1..`order`, each of length `volumes` and norm 1. */
export function cosineDrift(volumes: number, order: number): Float64Array[] {
  return Array.from({ length: Math.min(order, volumes - 1) }, (_, at) =>
    Float64Array.from(
      { length: volumes },
      (__, t) => Math.sqrt(2 / volumes) * Math.cos((Math.PI / volumes) * (t + 0.5) * (at + 1)),
    ),
  );
}

/** How many cosines hold all that is slower than a period of `cutoffS` seconds. */
export function driftOrder(volumes: number, repetitionTimeS: number, cutoffS: number): number {
  return Math.max(0, Math.min(volumes - 1, Math.floor((2 * volumes * repetitionTimeS) / cutoffS)));
}

/**
 * Cosines of the whole basis whose frequency lies outside `lowHz`..`highHz`: regressed out together with other confounds they
 * are a band-pass without a second filter (Lindquist 2019: filters one after another bring back what was removed).
 */
export function stopBand(volumes: number, repetitionTimeS: number, lowHz: number, highHz: number): Float64Array[] {
  return cosineDrift(volumes, volumes - 1).filter((_, at) => {
    const hz = (at + 1) / (2 * volumes * repetitionTimeS);
    return hz < lowHz || hz > highHz;
  });
}
