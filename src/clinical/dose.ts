import type { Fact, FactValue } from '../dossier/fact.ts';

export type MedicationValue = Extract<FactValue, { type: 'medication' }>;

/** A dose a day in mg, or a continuous rate (patch) in ug/h. */
export interface DailyDose {
  value: number;
  unit: 'mg/d' | 'ug/h';
  /** `stated`: dose and frequency as given; `strength`: number of tablets times the strength in the product's name. */
  from: 'stated' | 'strength';
}

const milligrams: Record<string, number> = { mg: 1, g: 1000, ug: 0.001, mcg: 0.001, µg: 0.001, μg: 0.001 };
const rates = new Set(['ug/h', 'mcg/h', 'ug/hr', 'mcg/hr', 'µg/h', 'ug/hour', 'mcg/hour']);
/** Units that are a day's amount already. */
const aDay = /^(mg|g|ug|mcg|µg|μg)\s*(?:\/\s*(?:d|day|24\s*h)|per day|daily)$/i;
/** Units that count pieces: strength must come from the product's name. */
const pieces = /^(?:1|\{?(?:tbl|tab|tablet|tablets|cap|caps|capsule|capsules|pill|dose|piece|each)\}?|\[?tab\]?)$/i;

/**
 * Daily dose of one ingredient of a medication fact; undefined when the source does not give enough.
 * @param name ingredient as it may stand in the product's name, with its aliases
 */
export function dailyDose(fact: Fact, names: readonly string[]): DailyDose | undefined {
  if (fact.value?.type !== 'medication') return undefined;
  const { dose, perDay } = fact.value;
  if (!dose) return undefined;
  const unit = dose.unit.trim();
  if (rates.has(unit.toLowerCase())) return { value: dose.value, unit: 'ug/h', from: 'stated' };
  const factor = milligrams[unit.toLowerCase()];
  const daily = aDay.exec(unit);
  if (daily) {
    if (doseIsAmbiguous(fact)) return undefined;
    return { value: withoutDust(dose.value * milligrams[daily[1]!.toLowerCase()]!), unit: 'mg/d', from: 'stated' };
  }
  if (perDay === undefined) return undefined;
  if (factor !== undefined) return { value: withoutDust(dose.value * factor * perDay), unit: 'mg/d', from: 'stated' };
  if (!pieces.test(unit)) return undefined;
  const strength = strengthMg(fact.value, fact.code.display, names);
  return strength === undefined
    ? undefined
    : { value: withoutDust(dose.value * strength * perDay), unit: 'mg/d', from: 'strength' };
}

/** Whether the dose is stated as a day's amount and is to be taken several times a day: it cannot be both. */
export function doseIsAmbiguous({ value }: Fact): boolean {
  return value?.type === 'medication' && aDay.test(value.dose?.unit.trim() ?? '') && (value.perDay ?? 1) !== 1;
}

/** `tramadol hydrochloride 50 MG Oral Tablet` -> 50. Strengths per volume or per hour are not a tablet's. */
function strengthMg(value: MedicationValue, display: string, names: readonly string[]): number | undefined {
  for (const text of [display, ...value.codes.map((code) => code.display), value.text]) {
    for (const part of text.split(' / ')) {
      if (!names.some((name) => part.toLowerCase().includes(name))) continue;
      const match = /(\d+(?:\.\d+)?)\s*(mg|mcg|ug|g)\b(?!\s*\/)/i.exec(part);
      if (match) return Number(match[1]) * milligrams[match[2]!.toLowerCase()]!;
    }
  }
  return undefined;
}

/** Removes binary dust of a product such as 3 x 0.1. */
export function withoutDust(value: number): number {
  return Number(value.toPrecision(12));
}
