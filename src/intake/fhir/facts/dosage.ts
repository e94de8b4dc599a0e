/** FHIR Dosage and Timing as a dose and a number of doses a day. https://hl7.org/fhir/R4/dosage.html */
import { type Issue, issue } from '../../../dossier/issue.ts';
import { quantityValue } from '../datatypes.ts';
import { child, children, type Element, flag, number, text } from '../json.ts';

export interface Dose {
  dose?: { value: number; unit: string };
  perDay?: number;
  asNeeded?: boolean;
  text?: string;
}

const daysPerUnit: Record<string, number> = {
  s: 1 / 86_400,
  min: 1 / 1_440,
  h: 1 / 24,
  d: 1,
  wk: 7,
  mo: 30.4375,
  a: 365.25,
};

/** Times a day of the timing abbreviations of HL7 v3 GTSAbbreviation and of HL7 v2 table 0335. */
const timesADay: Record<string, number> = {
  QD: 1,
  QAM: 1,
  QPM: 1,
  AM: 1,
  PM: 1,
  QHS: 1,
  HS: 1,
  BED: 1,
  BID: 2,
  TID: 3,
  QID: 4,
  QOD: 0.5,
  WK: 1 / 7,
};

/** Doses a day of an abbreviation such as `BID` or `Q8H`; undefined when it is not one of those. */
export function timesADayOf(abbreviation: string): number | undefined {
  const word = abbreviation.trim().toUpperCase();
  const interval = /^Q(\d{1,3})(M|H|D|W)$/.exec(word);
  if (interval) {
    const every = Number(interval[1]);
    if (every === 0) return undefined;
    const days = { M: 1 / 1_440, H: 1 / 24, D: 1, W: 7 }[interval[2]!]!;
    return 1 / (every * days);
  }
  return timesADay[word];
}

function perDayOfTiming(timing: Element | undefined): number | undefined {
  if (!timing) return undefined;
  const repeat = child(timing, 'repeat');
  const period = number(repeat, 'period');
  const days = daysPerUnit[text(repeat, 'periodUnit') ?? ''];
  const listed = (key: string) => (Array.isArray(repeat?.[key]) ? repeat[key].length : 0);
  if (repeat && period !== undefined && period > 0 && days !== undefined) {
    const often = number(repeat, 'frequency') ?? Math.max(1, listed('when'), listed('timeOfDay'));
    const perPeriod = often / (period * days);
    // Tuesdays and Thursdays: `period` is then a day on each of those days.
    return listed('dayOfWeek') > 0 && days * period === 1 ? (perPeriod * listed('dayOfWeek')) / 7 : perPeriod;
  }
  const daily = Math.max(listed('timeOfDay'), listed('when'));
  if (daily > 0) return listed('dayOfWeek') > 0 ? (daily * listed('dayOfWeek')) / 7 : daily;
  const code = children(child(timing, 'code'), 'coding')
    .map((coding) => timesADayOf(text(coding, 'code') ?? ''))
    .find((times) => times !== undefined);
  return code ?? timesADayOf(text(child(timing, 'code'), 'text') ?? '');
}

function doseOf(dosage: Element, issues: Issue[], place: string): Dose['dose'] {
  const rates = children(dosage, 'doseAndRate');
  for (const rate of rates.length > 0 ? rates : [dosage]) {
    const stated = quantityValue(child(rate, 'doseQuantity') ?? child(rate, 'dose') ?? child(rate, 'rateQuantity'));
    if (stated) return { value: stated.value, unit: stated.unit };
    if (child(rate, 'doseRange') ?? child(rate, 'rateRange')) {
      issues.push(
        issue('info', 'dose-range', 'The dose is a range; no single dose was read.', {
          place,
          remedy: 'Ask which dose is taken.',
        }),
      );
    }
  }
  return undefined;
}

/**
 * Reads a list of dosage instructions. One instruction gives dose and doses a day. Several (morning and evening, a
 * taper) are joined only when they are not a sequence and share one dose; otherwise their text stands and an issue says so.
 */
export function readDosage(dosages: Element[], issues: Issue[], place: string): Dose {
  const read = dosages.map((dosage, index) => ({
    dose: doseOf(dosage, issues, `${place}[${index}]`),
    perDay: perDayOfTiming(child(dosage, 'timing')),
    asNeeded: flag(dosage, 'asNeededBoolean') ?? (child(dosage, 'asNeededCodeableConcept') ? true : undefined),
    text: text(dosage, 'text'),
    sequence: number(dosage, 'sequence'),
  }));
  const words = read.map((one) => one.text).filter((word) => word !== undefined);
  const asNeeded = read.some((one) => one.asNeeded) ? true : read.find((one) => one.asNeeded !== undefined)?.asNeeded;
  const common: Dose = {
    ...(asNeeded === undefined ? {} : { asNeeded }),
    ...(words.length > 0 ? { text: words.join('; ') } : {}),
  };
  const [first] = read;
  if (!first) return common;
  if (read.length === 1) return { ...common, ...defined(first.dose, first.perDay) };
  const sequential = new Set(read.map((one) => one.sequence ?? 1)).size > 1;
  const sameDose = read.every((one) => one.dose?.value === first.dose?.value && one.dose?.unit === first.dose?.unit);
  if (!sequential && sameDose && read.every((one) => one.perDay !== undefined)) {
    return {
      ...common,
      ...defined(
        first.dose,
        read.reduce((sum, one) => sum + one.perDay!, 0),
      ),
    };
  }
  issues.push(
    issue('info', 'dosage-several', `${read.length} dosage instructions; no single daily dose was read.`, {
      place,
      remedy: 'Ask which dose is taken now.',
    }),
  );
  return common;
}

function defined(dose: Dose['dose'], perDay: number | undefined): Pick<Dose, 'dose' | 'perDay'> {
  return { ...(dose ? { dose } : {}), ...(perDay === undefined ? {} : { perDay }) };
}
