import { type Issue, issue } from '../dossier/issue.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type ItemAnswer, listItems, pointsOf } from '../forms/itemAnswers.ts';
import type { Part, Scale } from '../forms/scale.ts';
import { type Conversions, indexOf, type TScore, tOf } from './conversion.ts';

export interface ScaleScore {
  scale: Scale;
  /** Undefined when the scale was refused; `reason` then holds the issue code. */
  value?: number;
  reason?: string;
  /** Label of the band in which the value lies. */
  band?: string;
  t?: TScore;
  /** Value set that an index comes from. */
  valueSet?: string;
  missing: number[];
  issues: Issue[];
}

type Items = ReadonlyMap<number, ItemAnswer>;

/** One scale: points of its items, missing rule, arithmetic, band. Refused answers refuse it. */
export function scoreScale(
  instrument: Instrument,
  scale: Scale,
  items: Items,
  conversions: Conversions | undefined,
): ScaleScore {
  const issues = scale.items.flatMap((number) => {
    const answer = items.get(number)!;
    return answer.state === 'refused' ? [answer.issue] : [];
  });
  const missing = scale.items.filter((number) => items.get(number)!.state === 'missing');
  const [refused] = issues;
  if (refused) return { scale, reason: refused.code, missing, issues };
  const parts = partsOf(scale);
  const scores = parts.map((part) => scorePart(instrument, part, items));
  if (scores.includes(undefined)) {
    issues.push(missingIssue(scale, missing, parts));
    return { scale, reason: 'items-missing', missing, issues };
  }
  if (missing.length > 0) {
    issues.push(
      issue(
        'warning',
        'items-replaced',
        `${scale.display}: ${listItems(missing)} not answered; the mean of the others stands for it.`,
        { place: listItems(missing), remedy: `Rule: ${scale.missingSource}. Ask for the missing answers.` },
      ),
    );
  }
  const ruled = missing.length === 0 || scale.missingVerified;
  if (!ruled) {
    const message = `The rule for missing items of ${scale.display} is not verified: the score has no band.`;
    issues.push(issue('warning', 'missing-rule-unverified', message, { remedy: 'Ask for the missing answers.' }));
  }
  if (scale.method === 'value-set') return scoreByValueSet(instrument, scale, items, conversions, issues);
  const value = (scores as number[]).reduce((sum, one) => sum + one, 0) * scale.times;
  const band = ruled && showsBands(instrument, scale) ? bandOf(scale.bands, value) : undefined;
  const t = scale.tScore && tOf(value, scale.tScore.table, conversions ?? { tables: [], valueSets: [] });
  return { scale, value, ...(band === undefined ? {} : { band }), ...(t ? { t } : {}), missing, issues };
}

function partsOf({ parts, items, method, countFrom, missingAtMost }: Scale): Part[] {
  if (parts) return parts;
  const arithmetic = method === 'parts' || method === 'value-set' ? 'sum' : method;
  return [{ items, method: arithmetic, times: 1, missingAtMost, ...(countFrom === undefined ? {} : { countFrom }) }];
}

/** The score of one block before the scale's own factor; undefined when too much is missing. */
function scorePart(instrument: Instrument, part: Part, items: Items): number | undefined {
  const answers = part.items.map((number) => ({
    item: instrument.items.find((one) => one.number === number)!,
    answer: items.get(number)!,
  }));
  const values = answers.flatMap(({ item, answer }) =>
    answer.state === 'answered' ? [pointsOf(item, answer.value)] : [],
  );
  const missing = answers.filter(({ answer }) => answer.state === 'missing').length;
  if (missing > part.missingAtMost || values.length === 0) return undefined;
  return part.times * arithmetic(part, values, missing);
}

function arithmetic(part: Part, values: readonly number[], missing: number): number {
  if (part.method === 'max') return Math.max(...values);
  if (part.method === 'count') return values.filter((value) => value >= part.countFrom!).length;
  const sum = values.reduce((total, value) => total + value, 0);
  if (part.method === 'mean') return sum / values.length;
  return missing === 0 ? sum : (sum / values.length) * (values.length + missing);
}

function scoreByValueSet(
  instrument: Instrument,
  scale: Scale,
  items: Items,
  conversions: Conversions | undefined,
  issues: Issue[],
): ScaleScore {
  const profile = scale.items.map((number) => {
    const answer = items.get(number)!;
    return answer.state === 'answered' ? answer.value : Number.NaN;
  });
  const found = conversions && indexOf(profile, instrument.id, conversions);
  if (found) return { scale, value: found.index, valueSet: found.set, missing: [], issues };
  const message = `${scale.display}: no value set is installed, or several are; the profile stands without an index.`;
  const remedy = 'Put the one value set of your country, which you are licensed to use, into the table of conversions.';
  issues.push(issue('info', 'no-value-set', message, { remedy }));
  return { scale, reason: 'no-value-set', missing: [], issues };
}

function missingIssue(scale: Scale, missing: number[], parts: readonly Part[]): Issue {
  const most = Math.max(...parts.map((part) => part.missingAtMost));
  return issue('error', 'items-missing', `${scale.display}: ${listItems(missing)} not answered; no score.`, {
    place: listItems(missing),
    remedy:
      most === 0
        ? 'Every item is needed; ask for the missing ones.'
        : `At most ${parts.map((part) => part.missingAtMost).join(', ')} may be missing (${scale.missingSource}); ask for the missing ones.`,
  });
}

/** A band is a claim: without a source that was read there is none. */
export function showsBands({ status }: Pick<Instrument, 'status'>, scale: Scale): boolean {
  return status.verified && scale.bandsVerified && scale.bands.length > 0;
}

/** The band with the highest lower limit that the value reaches: 9.6 from a replaced item is still below 10. */
export function bandOf(bands: Scale['bands'], value: number): string | undefined {
  return [...bands].sort((a, b) => b.from - a.from).find((band) => value >= band.from)?.label;
}
