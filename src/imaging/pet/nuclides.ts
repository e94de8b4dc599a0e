/** One positron emitter of `knowledge/imaging/nuclides.json`. */
export interface Nuclide {
  /** `F-18` */
  nuclide: string;
  symbol: string;
  mass: string;
  /** Lower case: `fluorine`. */
  element: string;
  halfLifeS: number;
  /** SNOMED RT and CT codes of DICOM CID 4020. */
  codes: string[];
}

/**
 * Which nuclide a header means, by its code, else by its name in any of the usual spellings (`18F`, `F-18`, `F^18^`,
 * `^18^Fluorine`, `Fluorine-18`). Undefined when the table does not have it: a half-life is never guessed from a tracer's name.
 */
export function nuclideOf(
  code: string | undefined,
  name: string | undefined,
  nuclides: readonly Nuclide[],
): Nuclide | undefined {
  const byCode = nuclides.find((nuclide) => code !== undefined && nuclide.codes.includes(code));
  if (byCode || name === undefined) return byCode;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return nuclides.find(({ symbol, mass, element }) =>
    [
      `${symbol.toLowerCase()}${mass}`,
      `${mass}${symbol.toLowerCase()}`,
      `${element}${mass}`,
      `${mass}${element}`,
    ].includes(plain),
  );
}
