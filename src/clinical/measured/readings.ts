import type { Code } from '../../dossier/code.ts';
import type { Fact } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { quantityForReader } from '../../dossier/words.ts';
import { type Analyte, type AnalyteIndex, analyteOf, inFirstUnit, ucumOf } from './analytes.ts';

/** One measured value of one analyte, in the unit that was reported. */
export interface Reading {
  analyte: Analyte;
  fact: Fact;
  /** As stated, in `unit`. */
  value: number;
  /** UCUM spelling of the stated unit; empty when none was stated. */
  unit: string;
  comparator?: '<' | '<=' | '>' | '>=';
  /** In the analyte's first unit; undefined when the unit is unknown or the value impossible. */
  comparable?: number;
  /** Why no number can be given. */
  refused?: 'unit-missing' | 'unit-implausible';
  issues: Issue[];
}

const counted = new Set<Fact['status']>(['completed', 'active', 'unknown']);

/** All values that facts state of analytes on the list, blood pressure taken out of its panel. Undated ones included. */
export function readingsOf(facts: readonly Fact[], index: AnalyteIndex): Reading[] {
  return facts
    .filter((fact) => fact.type === 'observation' && counted.has(fact.status))
    .flatMap((fact) => {
      const { value } = fact;
      if (value?.type === 'quantity') {
        const found = analyteOf([fact.code, ...(fact.codes ?? [])], index);
        return found ? [readingOf(fact, found, value, index)] : [];
      }
      if (value?.type === 'components') {
        return value.components.flatMap((one) => {
          const found = analyteOf([one.code], index);
          return found ? [readingOf(fact, found, one, index)] : [];
        });
      }
      return [];
    });
}

function readingOf(
  fact: Fact,
  { analyte, by }: { analyte: Analyte; by: 'code' | 'name' },
  stated: { value: number; unit: string; comparator?: Reading['comparator'] },
  index: AnalyteIndex,
): Reading {
  const issues = [...fact.issues];
  if (by === 'name') {
    issues.push(
      issue('info', 'recognised-by-name', `${analyte.display} is recognised by its name; no LOINC code is given.`),
    );
  }
  const dimensionless = analyte.units.some((one) => one.unit === '1');
  const given = stated.unit.trim();
  const unit = given === '' || (given === '1' && !dimensionless) ? '' : ucumOf(given, index);
  const base = {
    analyte,
    fact,
    value: stated.value,
    unit,
    ...(stated.comparator ? { comparator: stated.comparator } : {}),
  };
  if (unit === '') {
    const remedy = 'Ask the source for the unit.';
    issues.push(
      issue('warning', 'unit-missing', `${analyte.display} ${stated.value} has no unit.`, {
        place: fact.place,
        remedy,
      }),
    );
    return { ...base, refused: 'unit-missing', issues };
  }
  const comparable = inFirstUnit(stated.value, unit, analyte);
  if (comparable === undefined) {
    issues.push(
      issue(
        'warning',
        'unit-unexpected',
        `${analyte.display} is not known in ${unit}; it is shown and compared with nothing else.`,
        {
          place: fact.place,
          remedy: 'Check the unit at the source.',
        },
      ),
    );
    return { ...base, issues };
  }
  const [low, high] = analyte.plausible;
  if (comparable < low || comparable > high) {
    issues.push(implausible(analyte, stated.value, unit, fact.place));
    return { ...base, refused: 'unit-implausible', issues };
  }
  return { ...base, comparable, issues };
}

/** Names the units in which the same number would be possible; none of them is taken. */
function implausible(analyte: Analyte, value: number, unit: string, place: string): Issue {
  const [low, high] = analyte.plausible;
  const others = analyte.units
    .filter(
      (one) => one.unit !== unit && value * one.factor + one.offset >= low && value * one.factor + one.offset <= high,
    )
    .map((one) => quantityForReader(value, one.unit));
  const hint = others.length > 0 ? ` ${others.slice(0, 3).join(' or ')} would be.` : '';
  return issue(
    'warning',
    'unit-implausible',
    `${analyte.display} ${quantityForReader(value, unit)} is not possible.${hint}`,
    {
      place,
      remedy: 'Check number and unit at the source; nothing was converted.',
    },
  );
}

/** When it was measured; when it was reported where that is all that is known. */
export function timeOf({ fact }: Reading): string | undefined {
  return fact.at ?? fact.period?.start;
}

/** Codes of the observation, LOINC first. */
export function standardCodes(readings: readonly Reading[]): Code[] {
  const codes = readings.flatMap(({ fact, analyte }) =>
    [fact.code, ...(fact.codes ?? [])].filter(({ system, code }) => system === 'LOINC' && analyte.loinc.includes(code)),
  );
  return [...new Map(codes.map((one) => [one.code, one])).values()];
}
