/** FHIR R4 data types as the dossier's: codings, quantities, dates, periods. https://hl7.org/fhir/R4/datatypes.html */

import { type Code, DateTime } from '../../dossier/code.ts';
import { systemName } from '../../dossier/codeSystems.ts';
import { isCalendarDay } from '../../dossier/dateTime.ts';
import type { FactValue } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { child, children, type Element, isElement, number, text } from './json.ts';

export function codeOfCoding(coding: Element | undefined, otherwise?: string): Code | undefined {
  const code = text(coding, 'code');
  const display = text(coding, 'display') ?? otherwise;
  if (code !== undefined) {
    return { system: systemName(text(coding, 'system') ?? 'unstated'), code, display: display ?? code };
  }
  return display === undefined ? undefined : { system: 'text', code: display, display };
}

/**
 * The codes of a CodeableConcept, the source's own order kept except that codings a user picked come first.
 * A concept that has only text becomes one code of system `text`. Empty when it says nothing.
 */
export function codesOfConcept(concept: Element | undefined): Code[] {
  const words = text(concept, 'text');
  const codings = children(concept, 'coding');
  const ordered = [
    ...codings.filter((coding) => coding['userSelected'] === true),
    ...codings.filter((coding) => coding['userSelected'] !== true),
  ];
  const codes = ordered.map((coding) => codeOfCoding(coding, words)).filter((code) => code !== undefined);
  if (codes.length === 0 && words !== undefined) codes.push({ system: 'text', code: words, display: words });
  return codes;
}

/** First code as the main one, the rest beside it. */
export function mainAndOthers(codes: Code[], fallback: Code): { code: Code; codes?: Code[] } {
  const [code = fallback, ...others] = codes;
  return others.length > 0 ? { code, codes: others } : { code };
}

/** What a person would read for a concept. */
export function wordsOfConcept(concept: Element | undefined): string | undefined {
  return text(concept, 'text') ?? codesOfConcept(concept)[0]?.display;
}

const comparators = ['<', '<=', '>', '>='] as const;

/** UCUM code where there is one, else the printed unit, else `1`. */
export function unitOf(quantity: Element): string {
  const ucum = text(quantity, 'system') === 'http://unitsofmeasure.org' ? text(quantity, 'code') : undefined;
  return ucum ?? text(quantity, 'unit') ?? text(quantity, 'code') ?? '1';
}

export function quantityValue(quantity: Element | undefined): Extract<FactValue, { type: 'quantity' }> | undefined {
  const value = number(quantity, 'value');
  if (quantity === undefined || value === undefined) return undefined;
  const comparator = comparators.find((one) => one === quantity['comparator']);
  return { type: 'quantity', value, unit: unitOf(quantity), ...(comparator ? { comparator } : {}) };
}

/** A FHIR dateTime that the dossier can carry. A date that is there but malformed is an issue, never a guess. */
export function dateOf(of: Element | undefined, key: string, issues: Issue[], place: string): DateTime | undefined {
  const stated = of?.[key];
  if (stated === undefined) return undefined;
  const date = realDate(stated);
  if (date !== undefined) return date;
  issues.push(
    issue('warning', 'date-invalid', `${key} is not a FHIR date and was left out.`, {
      place: `${place}.${key}`,
      remedy: 'Correct the date in the source system.',
    }),
  );
  return undefined;
}

/** A FHIR dateTime whose day the calendar has: 2026-13-45 would come after all true dates of its year. */
export function realDate(stated: unknown): DateTime | undefined {
  const parsed = DateTime.safeParse(stated);
  if (!parsed.success) return undefined;
  const [year, month = 1, day = 1] = parsed.data.slice(0, 10).split('-').map(Number);
  return year! > 0 && isCalendarDay(year!, month, day) ? parsed.data : undefined;
}

export function periodOf(
  of: Element | undefined,
  key: string,
  issues: Issue[],
  place: string,
): { start?: DateTime; end?: DateTime } | undefined {
  const period = child(of, key);
  if (!period) return undefined;
  const start = dateOf(period, 'start', issues, `${place}.${key}`);
  const end = dateOf(period, 'end', issues, `${place}.${key}`);
  if (start === undefined && end === undefined) return undefined;
  return { ...(start ? { start } : {}), ...(end ? { end } : {}) };
}

/** `left`, `right` or `both` from SNOMED CT laterality codes or plain words in a body site. */
export function lateralityOf(concepts: Element[]): 'left' | 'right' | 'both' | undefined {
  const words = concepts
    .flatMap((concept) => [
      text(concept, 'text'),
      ...children(concept, 'coding').flatMap((coding) => [text(coding, 'display'), text(coding, 'code')]),
    ])
    .filter((word) => word !== undefined)
    .join(' ')
    .toLowerCase();
  const left = /\bleft\b|\b7771000\b/.test(words);
  const right = /\bright\b|\b24028007\b/.test(words);
  if (/\bbilateral\b|\b51440002\b/.test(words) || (left && right)) return 'both';
  return left ? 'left' : right ? 'right' : undefined;
}

/** Modifier extensions can turn a statement into its opposite; we know none, so we say that there is one. */
export function modifierIssues(resource: Element, place: string): Issue[] {
  const extensions = Array.isArray(resource['modifierExtension'])
    ? resource['modifierExtension'].filter(isElement)
    : [];
  return extensions.map((extension) =>
    issue('warning', 'modifier-not-understood', 'A modifier extension may change what this statement means.', {
      place: `${place}.modifierExtension ${text(extension, 'url') ?? ''}`.trim(),
      remedy: 'Read the statement in the source system.',
    }),
  );
}
