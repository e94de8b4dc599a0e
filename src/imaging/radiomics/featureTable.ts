import type { Measured } from './measure.ts';

/** Values of several regions as CSV (RFC 4180): one line a value. */
export function featureTable(
  regions: readonly { region: string; label: string; features: readonly Measured[] }[],
): Uint8Array {
  const rows = regions.flatMap(({ region, label, features }) =>
    features.map(({ tag, ibsi = '', name, family, aggregation = '', value, unit }) => [
      ...[region, label, tag, ibsi, name, family, aggregation, value ?? '', unit],
    ]),
  );
  return csv(['region', 'label', 'tag', 'ibsi', 'name', 'family', 'aggregation', 'value', 'unit'], rows);
}

/** A table as CSV (RFC 4180). */
export function csv(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): Uint8Array {
  const lines = [columns.join(','), ...rows.map((row) => row.map(cell).join(','))];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

function cell(value: string | number): string {
  const text = String(value);
  // A label that begins like a formula must stay text in a spreadsheet.
  const safe = typeof value === 'string' && /^[=+@-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
