/** The dossier's values as FHIR R4 data types. */
import type { CodeableConcept, Coding, Meta, Narrative, Quantity } from '@medplum/fhirtypes';
import type { Code } from '../dossier/code.ts';
import { systemUri } from '../dossier/codeSystems.ts';
import type { Subject } from '../dossier/subject.ts';

export function codingOf({ system, code, display }: Code): Coding {
  // A FHIR code has no white space but single blanks inside.
  const clean = code.trim().replace(/\s+/g, ' ');
  return { system: systemUri(system), code: clean, display };
}

export function conceptOf(code: Code, others: readonly Code[] = []): CodeableConcept {
  const coded = [code, ...others].filter(({ system }) => system !== 'text');
  return { ...(coded.length > 0 ? { coding: coded.map(codingOf) } : {}), text: code.display };
}

/** A quantity with its UCUM code where the unit can be one (no blanks, no characters that UCUM lacks). */
export function quantityOf(value: number, unit: string): Quantity {
  const ucum = /^[!-~]+$/.test(unit);
  return { value, unit, ...(ucum ? { system: 'http://unitsofmeasure.org', code: unit } : {}) };
}

/** A FHIR dateTime: a time of day needs seconds and a zone. Without a zone only the day is said. */
export function dateTimeOf(date: string | undefined): string | undefined {
  const match = date && /^(\d{4}(?:-\d{2}){0,2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(date);
  if (!match) return undefined;
  const [, day, minutes, seconds, zone] = match;
  return minutes && zone ? `${day}T${minutes}${seconds ?? ':00'}${zone}` : day;
}

/** A FHIR instant: a date without time or zone becomes the start of that day in UTC. */
export function instantOf(date: string): string {
  const time = dateTimeOf(date) ?? '1970';
  return time.includes('T') ? time : `${`${time}-01-01`.slice(0, 10)}T00:00:00Z`;
}

/** `COMPOSITE`, `SYNTHETIC` in front of every text, or nothing. */
export function labelsOf({ composite, synthetic }: Pick<Subject, 'composite' | 'synthetic'>): string[] {
  return [
    ...(composite ? ['COMPOSITE: files of several people, declared to be one'] : []),
    ...(synthetic ? ['SYNTHETIC: made by a program, no person behind it'] : []),
  ];
}

/** Tags that every resource carries, so that the label survives when one is taken out of the bundle. */
export function metaOf({ composite, synthetic }: Pick<Subject, 'composite' | 'synthetic'>): Meta | undefined {
  const tag: Coding[] = [
    ...(composite ? [{ system: 'urn:idiograph:tag', code: 'composite', display: 'files of several people' }] : []),
    ...(synthetic ? [{ system: 'urn:idiograph:tag', code: 'synthetic', display: 'made by a program' }] : []),
  ];
  if (tag.length === 0) return undefined;
  return {
    tag,
    ...(synthetic
      ? {
          security: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
              code: 'HTEST',
              display: 'test health data',
            },
          ],
        }
      : {}),
  };
}

/** Generated narrative: each line a paragraph, escaped. Control characters that XML forbids are dropped. */
export function narrativeOf(lines: readonly string[]): Narrative {
  const paragraphs = lines.filter((line) => line !== '').map((line) => `<p>${escapeXml(line)}</p>`);
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs.join('')}</div>` };
}

function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** FHIR strings may not be empty or white space only, nor hold control characters. */
export function plainText(text: string): string {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').trim();
  return clean === '' ? 'not stated' : clean;
}
