import type { Fact } from '../../dossier/fact.ts';

export type RangeFlag = 'low' | 'within' | 'high';

type Range = NonNullable<Fact['referenceRange']>;

/**
 * Where a value stands in the laboratory's own range, in the unit that was reported. Limits are inclusive: a value on a
 * limit is within. Undefined without limits, or where `<5` leaves it open.
 */
export function flagOf(
  { value, comparator }: { value: number; comparator?: '<' | '<=' | '>' | '>=' },
  range: Range | undefined,
): RangeFlag | undefined {
  const { low, high } = range ?? {};
  if (low === undefined && high === undefined) return undefined;
  if (comparator === '<' || comparator === '<=') {
    if (low !== undefined && (comparator === '<' ? value <= low : value < low)) return 'low';
    // Below a number that is within: only a lower limit above zero could still be missed.
    return (low === undefined || low <= 0) && high !== undefined && value <= high ? 'within' : undefined;
  }
  if (comparator === '>' || comparator === '>=') {
    if (high !== undefined && (comparator === '>' ? value >= high : value > high)) return 'high';
    return high === undefined && value >= low! ? 'within' : undefined;
  }
  if (low !== undefined && value < low) return 'low';
  return high !== undefined && value > high ? 'high' : 'within';
}

/** What the laboratory itself flagged (HL7 v2 table 0078, v3 ObservationInterpretation); undefined when nothing usable. */
export function statedFlag(interpretation: Fact['interpretation']): RangeFlag | undefined {
  const codes = (interpretation ?? []).map(({ code }) => code.toUpperCase());
  if (codes.some((code) => ['L', 'LL', 'LU', '<', 'LOW'].includes(code))) return 'low';
  if (codes.some((code) => ['H', 'HH', 'HU', '>', 'HIGH'].includes(code))) return 'high';
  return codes.some((code) => ['N', 'NORMAL'].includes(code)) ? 'within' : undefined;
}

/** `3.3 to 4.9`, `up to 5`, `from 60`. */
export function rangeInWords({ low, high, text }: Range): string {
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (high !== undefined) return `up to ${high}`;
  return low === undefined ? (text ?? 'not stated') : `from ${low}`;
}
