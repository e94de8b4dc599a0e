import type { Measured } from './measure.ts';

/** Values of several regions as CSV (RFC 4180): one line a value. */
export function featureTable(
  regions: readonly { region: string; label: string; features: readonly Measured[] }[],
): Uint8Array {
  const lines = ['region,label,tag,ibsi,name,family,aggregation,value,unit'];
  for (const { region, label, features } of regions)
    for (const { tag, ibsi = '', name, family, aggregation = '', value, unit } of features)
      lines.push([region, label, tag, ibsi, name, family, aggregation, value ?? '', unit].map(cell).join(','));
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

function cell(value: string | number): string {
  const text = String(value);
  // A label that begins like a formula must stay text in a spreadsheet.
  const safe = typeof value === 'string' && /^[=+@-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
