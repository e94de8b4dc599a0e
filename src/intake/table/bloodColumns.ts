/** Keys that BIDS 1.9 requires of the description of a table of blood samples (`_blood.json`) and of nothing else. */
export function looksLikeBloodColumns(text: string): boolean {
  return /^\s*\{/.test(text) && /"(PlasmaAvail|WholeBloodAvail|MetaboliteAvail)"\s*:/.test(text);
}

/** Unit of each column that a `_blood.json` describes: `{ time: 's', plasma_radioactivity: 'kBq/mL' }`. */
export function columnUnits(description: unknown): Record<string, string> {
  if (typeof description !== 'object' || description === null) return {};
  return Object.fromEntries(
    Object.entries(description).flatMap(([column, about]) => {
      const units =
        typeof about === 'object' && about !== null ? (about as Record<string, unknown>)['Units'] : undefined;
      return typeof units === 'string' && units.length <= 40 ? [[column, units.trim()]] : [];
    }),
  );
}
