/** Which instrument a response belongs to, and which item an answer answers. Names are many, codes are few. */
import type { Code } from '../dossier/code.ts';
import type { Answer, FactValue } from '../dossier/fact.ts';
import type { Instrument } from './instrument.ts';

export type Response = Extract<FactValue, { type: 'response' }>;

/** Letters and digits only, lower case: `PHQ-9`, `phq_9` and `Phq 9` are one name. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

function sameCode(a: Code, b: Code): boolean {
  return a.system === b.system && a.code === b.code;
}

/** Names that a source's instrument code offers: code, last part of a URL, display. */
function namesOf(code: Code): string[] {
  const lastPart = code.code.split(/[/#|]/).filter(Boolean).at(-1) ?? code.code;
  // Canonical URLs carry a version after `|`.
  const withoutVersion = code.code.split('|')[0]!.split('/').filter(Boolean).at(-1) ?? code.code;
  return [code.code, lastPart, withoutVersion, code.display].map(bareName);
}

/**
 * The instrument of a response: by its code, else by its name, else by its items: every coded item must belong to the
 * instrument and at least half of the instrument's items must be there. Undefined when nobody can tell.
 */
export function recogniseInstrument(response: Response, instruments: readonly Instrument[]): Instrument | undefined {
  const named = response.instrument;
  const byCode = instruments.find((one) => one.codes.some((code) => sameCode(code, named)));
  if (byCode) return byCode;
  const names = new Set(namesOf(named));
  const byName = instruments.find((one) => one.aliases.some((alias) => names.has(bareName(alias))));
  if (byName) return byName;
  return instruments.find((one) => {
    const coded = response.answers.filter((answer) => answer.code);
    const items = new Set(coded.map((answer) => itemOf(one, answer)).filter((item) => typeof item === 'number'));
    return coded.every((answer) => itemOf(one, answer) !== undefined) && items.size * 2 >= one.items.length;
  });
}

/** Item number, `'unscored'` for a known item or total outside the scores, undefined for one that is not of the form. */
export function itemOf(instrument: Instrument, answer: Answer): number | 'unscored' | undefined {
  const { code } = answer;
  if (code) {
    const item = instrument.items.find((one) => one.codes.some((known) => sameCode(known, code)));
    if (item) return item.number;
    const aside = [...instrument.unscored, ...instrument.scales].some((one) =>
      one.codes.some((known) => sameCode(known, code)),
    );
    if (aside) return 'unscored';
  }
  const name = bareName(answer.item);
  const rest = [...instrument.aliases]
    .map(bareName)
    .sort((a, b) => b.length - a.length)
    .filter((alias) => name.startsWith(alias) && name.length > alias.length)
    .map((alias) => name.slice(alias.length))
    .concat(name);
  for (const candidate of rest) {
    const number = /^(?:item|question|q|i)?0*([1-9]\d*)$/.exec(candidate)?.[1];
    const item = instrument.items.find(
      (one) => (number !== undefined && one.number === Number(number)) || namesItem(one, candidate),
    );
    if (item) return item.number;
    if (instrument.unscored.some((one) => namesItem(one, candidate)) || candidate === 'total') return 'unscored';
  }
  return undefined;
}

function namesItem(item: { label: string; aliases: string[] }, candidate: string): boolean {
  return [item.label, ...item.aliases].some((name) => bareName(name) === candidate);
}
