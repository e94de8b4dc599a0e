import type { Finding, Value } from './finding.ts';

/** UCUM units whose reader's form is not the code with its annotation behind it. */
const readerUnits: Record<string, string> = {
  '1': '',
  '{score}': 'points',
  '{score}/wk': 'points a week',
  '{SUVlbm(Janma)}g/mL': 'g/mL SUL (Janmahasatian)',
  'mg/d': 'mg/day',
  '1/1000000{Base}': 'per megabase',
  'mm[Hg]': 'mmHg',
  'm[IU]/L': 'mIU/L',
  'u[IU]/mL': 'µIU/mL',
  '[IU]/L': 'IU/L',
  'umol/L': 'µmol/L',
  'kg/m2': 'kg/m²',
  '10*-3.mm2/s': '× 10⁻³ mm²/s',
  Cel: '°C',
  "[hnsf'U]": 'HU',
  "[hnsf'U]2": 'HU²',
  '10*9/L': '10⁹/L',
  '10*3/uL': '10³/µL',
  'mL/min/{1.73_m2}': 'mL/min per 1.73 m²',
};

const powers: Record<string, string> = { 2: '²', 3: '³' };

/** Decimals where the measure's habit, not its size, decides. */
const fixedDecimals: readonly (readonly [RegExp, number])[] = [
  [/^\{score\}$/, 1],
  [/^%$/, 1],
];

/** A UCUM unit as a reader writes it: `{SUVbw}g/mL` is `g/mL SUVbw`, `{score}` is `points`, `1` is nothing. */
export function unitForReader(unit: string): string {
  const known = readerUnits[unit];
  if (known !== undefined) return known;
  // A slope: its unit a year.
  if (unit.endsWith('/a')) return `${unitForReader(unit.slice(0, -2))} a year`.trim();
  const annotation = /\{([^}]*)\}/.exec(unit)?.[1];
  const plain = unit.replace(/\{[^}]*\}/g, '').replace(/(m|\))([23])(?![0-9])/g, (_, of, power) => of + powers[power]);
  return annotation === undefined ? plain : `${plain} ${annotation}`.trim();
}

/**
 * A number with sensible digits: three that count, integers in full; scores and per cent at most one decimal; uptake
 * always two, so that columns align.
 */
export function numberForReader(value: number, unit = '1'): string {
  if (!Number.isFinite(value)) return 'unbounded';
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) return String(Number(value.toPrecision(3)));
  if (/SUV/.test(unit)) return value.toFixed(2);
  const fixed = fixedDecimals.find(([pattern]) => pattern.test(unit))?.[1];
  const whole = Math.max(1, Math.floor(Math.log10(Math.abs(value) || 1)) + 1);
  // `+ 0` turns a negative zero, which rounding can leave, into zero.
  return String(Number(value.toFixed(fixed ?? Math.max(0, 3 - whole))) + 0);
}

/** Number and unit: `7.91 g/mL SUVbw`, `1 point`, `128 mL`. The exact value stands in findings.json and in the trace. */
export function quantityForReader(value: number, unit: string): string {
  const number = numberForReader(value, unit);
  const text = unitForReader(unit);
  return text === '' ? number : `${number} ${text === 'points' && number === '1' ? 'point' : text}`;
}

/** The value of a finding for a page. A set is always spelled out, a refusal says so. */
export function valueForReader(finding: Finding): string {
  const { value } = finding;
  switch (value.type) {
    case 'refused':
      return 'not assessed';
    case 'quantity':
      return quantityForReader(value.value, value.unit);
    case 'interval':
      return `${numberForReader(value.low, value.unit)} to ${quantityForReader(value.high, value.unit)}`;
    case 'coordinate':
      return `${value.xyzMm.map((mm) => mm.toFixed(1)).join(', ')} mm (${value.frame})`;
    case 'series':
      return 'a series: see the artifact';
    case 'code':
      return value.code.display;
    case 'set':
      return orList(
        value.members.map(({ value: one }) =>
          one.type === 'quantity' ? quantityForReader(one.value, one.unit) : one.code.display,
        ),
      );
  }
}

/** One possibility of a value. */
export interface Member {
  number?: number;
  code?: string;
  display: string;
}

/** The members of a value: one for a quantity or code, all for a set, none for the rest. */
export function members({ value }: Pick<Finding, 'value'>): Member[] {
  const one = (item: Value): Member[] => {
    if (item.type === 'quantity') return [{ number: item.value, display: quantityForReader(item.value, item.unit) }];
    if (item.type === 'code') return [{ code: item.code.code, display: item.code.display }];
    return [];
  };
  return value.type === 'set' ? value.members.flatMap((member) => one(member.value)) : one(value);
}

/** Numbers of a finding: one of a quantity, all of a set; none of codes. */
export function numbersOf(finding: Finding): number[] {
  return members(finding).flatMap((member) => (member.number === undefined ? [] : [member.number]));
}

export function orList(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

export function andList(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  return distinct.length <= 1 ? (distinct[0] ?? '') : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}

/** Day of a time that is as precise as its source: `2026-11-20`, `2026-11`, `undated`. */
export function dayOf(time: string | undefined): string {
  return time?.slice(0, 10) ?? 'undated';
}

/** A point in time for people, to the minute: `2026-11-24 09:15 UTC`. A day stays a day. */
export function momentOf(at: string): string {
  const time = at.length > 10 ? new Date(at) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) return at;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
