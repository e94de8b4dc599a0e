/** HL7 v2 data types as the dossier's: escapes, time stamps, codes, numbers, reference ranges. HL7 v2.5.1 chapter 2A. */

import type { Code, DateTime } from '../../dossier/code.ts';
import { systemNameOfV2 } from '../../dossier/codeSystems.ts';
import { isCalendarDay } from '../../dossier/dateTime.ts';
import type { Fact, FactValue } from '../../dossier/fact.ts';

/** Delimiters that a message declares in MSH-1 and MSH-2. */
export interface Delimiters {
  field: string;
  component: string;
  repetition: string;
  escapeMark: string;
  subcomponent: string;
}

/** Undoes escape sequences in one already separated piece. Sequences that are not of the standard stay as they are. */
export function undoEscapes(
  raw: string,
  { field, component, repetition, escapeMark, subcomponent }: Delimiters,
): string {
  if (escapeMark === '' || !raw.includes(escapeMark)) return raw;
  const plain: Record<string, string> = {
    F: field,
    S: component,
    T: subcomponent,
    R: repetition,
    E: escapeMark,
    H: '',
    N: '',
    '.br': '\n',
  };
  const parts = raw.split(escapeMark);
  let text = parts[0]!;
  for (let index = 1; index < parts.length; index += 2) {
    const sequence = parts[index]!;
    const closed = index + 1 < parts.length;
    const hex = /^X((?:[0-9A-Fa-f]{2})+)$/.exec(sequence);
    if (closed && sequence in plain) text += plain[sequence];
    else if (closed && hex) text += Buffer.from(hex[1]!, 'hex').toString('latin1');
    else text += escapeMark + sequence + (closed ? escapeMark : '');
    text += parts[index + 1] ?? '';
  }
  return text;
}

/** `YYYY[MM[DD[HHMM[SS[.S]]]]][+ZZZZ]` as a FHIR dateTime of the same precision; undefined when it is no date. */
export function dateTimeOf(raw: string): DateTime | undefined {
  const match = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?$/.exec(
    raw.trim(),
  );
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return undefined;
  if (day !== undefined && !isCalendarDay(Number(year), Number(month), Number(day))) return undefined;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  // An hour without minutes has no FHIR form: the day is what can be said.
  if (hour === undefined || minute === undefined) return date;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const time = `T${hour}:${minute}${second === undefined ? '' : `:${second}${fraction ?? ''}`}`;
  return `${date}${time}${zone === undefined ? '' : `${zone.slice(0, 3)}:${zone.slice(3)}`}`;
}

/** Codes of a CE/CWE/CNE: the main triplet, then the alternate. Text alone becomes one code of system `text`. */
export function codesOf(components: readonly string[]): Code[] {
  const original = components[8];
  const codes: Code[] = [];
  for (const at of [0, 3]) {
    const [code, words, system] = [components[at], components[at + 1], components[at + 2]];
    if (code) {
      const display = words || original || code;
      codes.push({ system: system ? systemNameOfV2(system) : 'unstated', code, display });
    }
  }
  const words = components[1] || components[4] || original;
  if (codes.length === 0 && words) codes.push({ system: 'text', code: words, display: words });
  return codes;
}

/** UCUM or printed unit of a CE; a bare number is somebody's local code and its words are taken. `1` when none is stated. */
export function unitOf(components: readonly string[] | undefined): string {
  const [code = '', words = ''] = components ?? [];
  if (code !== '' && !(words !== '' && /^\d+$/.test(code))) return code;
  return words || components?.[3] || '1';
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** A number of type NM, or undefined. */
export function numberOf(raw: string): number | undefined {
  const trimmed = raw.trim();
  return decimal.test(trimmed) ? Number(trimmed) : undefined;
}

/** Structured numeric: comparator ^ number ^ separator ^ number. A ratio or a range has no single number and stays text. */
export function structuredNumber(components: readonly string[], unit: string): FactValue | undefined {
  const [sign = '', first = '', separator = '', second = ''] = components;
  const value = numberOf(first);
  if (value !== undefined && separator === '' && second === '') {
    const comparator = (['<', '<=', '>', '>='] as const).find((one) => one === sign.trim());
    if (comparator) return { type: 'quantity', value, unit, comparator };
    if (sign.trim() === '' || sign.trim() === '=') return { type: 'quantity', value, unit };
  }
  const text = [sign, first, separator, second].join('').trim();
  return text === '' ? undefined : { type: 'text', text: `${text}${unit === '1' ? '' : ` ${unit}`}` };
}

/** OBX-7 as limits where its form is one of the standard's (`low-high`, `<high`, `>low`, `low to high`); text always. */
export function referenceRangeOf(raw: string): Fact['referenceRange'] {
  const text = raw.trim();
  if (text === '') return undefined;
  const number = '([+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+))';
  const both = new RegExp(`^${number}\\s*(?:-|\\u2013|to)\\s*${number}$`, 'i').exec(text);
  if (both) {
    const [low, high] = [Number(both[1]), Number(both[2])];
    return low <= high ? { low, high, text } : { text };
  }
  const one = new RegExp(`^(<=?|>=?)\\s*${number}$`).exec(text);
  if (!one) return { text };
  return one[1]!.startsWith('<') ? { high: Number(one[2]), text } : { low: Number(one[2]), text };
}
