import type { Finding } from '../dossier/finding.ts';
import type { Binding } from './rule.ts';

/** Findings that a binding matches, latest first; undated ones come first because nobody can call them old. */
export function matches(binding: Binding, findings: readonly Finding[]): Finding[] {
  return findings
    .filter(
      (finding) =>
        binding.measure.includes(finding.measure.code) &&
        (binding.site === undefined || (finding.site !== undefined && binding.site.includes(finding.site.code))) &&
        (binding.atc === undefined || hasAtc(finding, binding.atc)),
    )
    .sort(
      (a, b) =>
        binding.measure.indexOf(a.measure.code) - binding.measure.indexOf(b.measure.code) ||
        (b.time ?? '9999').localeCompare(a.time ?? '9999') ||
        a.id.localeCompare(b.id),
    );
}

function hasAtc(finding: Finding, prefixes: readonly string[]): boolean {
  return (finding.codes ?? []).some(
    (code) => code.system === 'ATC' && prefixes.some((prefix) => code.code.startsWith(prefix)),
  );
}

export interface Member {
  number?: number;
  code?: string;
  display: string;
}

/** The members of a value: one for a quantity or code, all for a set, none for the rest. */
export function members(finding: Finding): Member[] {
  const { value } = finding;
  const one = (item: Exclude<typeof value, { type: 'set' }>): Member[] => {
    if (item.type === 'quantity') return [{ number: item.value, display: formatQuantity(item.value, item.unit) }];
    if (item.type === 'code') return [{ code: item.code.code, display: item.code.display }];
    return [];
  };
  return value.type === 'set' ? value.members.flatMap((member) => one(member.value)) : one(value);
}

/** A number as a reader wants it: at most four significant digits, no exponent in the usual range, unit without braces. */
export function formatQuantity(value: number, unit: string): string {
  const rounded = Number(value.toPrecision(4));
  const plainUnit =
    unit === '1' ? '' : unit.replace(/[{}]/g, '').replace(/^score$/, rounded === 1 ? 'point' : 'points');
  return plainUnit === '' ? String(rounded) : `${rounded} ${plainUnit}`;
}

/** A value in words; a set is always spelled out. */
export function valueInWords(finding: Finding): string {
  const { value } = finding;
  if (value.type === 'refused') return 'not assessed';
  if (value.type === 'interval')
    return `${formatQuantity(value.low, '1')} to ${formatQuantity(value.high, value.unit)}`;
  if (value.type === 'coordinate') return `${value.xyzMm.map((mm) => mm.toFixed(1)).join(', ')} mm (${value.frame})`;
  if (value.type === 'series') return 'see series';
  const words = members(finding).map((member) => member.display);
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
