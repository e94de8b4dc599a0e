import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { measure } from '../../dossier/code.ts';
import { daysBetween } from '../../dossier/dateTime.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { type Finding, findingFromDraft } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import { type Instrument, loadInstruments, mainScale } from '../../forms/instrument.ts';
import { type Bank, bankNamed } from '../../forms/itemBank/bank.ts';
import { defaultLimits } from '../../intake/format.ts';
import { inputFile } from '../../intake/inputFile.ts';
import { parseGuarded } from '../../intake/json.ts';
import { readTable } from '../../intake/table/csv.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { indexFindings } from '../../plan/findingIndex.ts';
import { loadRules, type RuleSet } from '../../plan/loadRules.ts';
import { askSafety } from '../../plan/safety.ts';
import { type Conversions, conversionPath, parseConversions } from '../../psychosocial/conversion.ts';
import type { Scored } from '../../psychosocial/score.ts';
import { type Administration, type RowResult, scoreRows } from '../../psychosocial/scoreRows.ts';
import { administrationsOf } from '../administrations.ts';
import type { Command, Terminal } from '../command.ts';
import { type BankRow, banksOf, scoreBankRows } from '../scoreBank.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { oneLine } from '../terminal.ts';
import { asOfDate } from './run.ts';

/** What a positive or open safety answer of one row asks for, in the words of the plan's own checks or the site's. */
interface SafetyEntry {
  check: string;
  items: { item: number; answer: number | null }[];
  state: 'positive' | 'not-assessed';
  urgency: 'now' | 'open' | 'historic';
  statement: string;
  action?: string;
}

export const command: Command = {
  summary:
    'Scores questionnaires of a table: one row an administration (id, date, item1 ...), a REDCap export, or one row an answer.',
  usage:
    'idiograph score FILE [--instrument ID] [--tables FILE] [--bank FILE] [--as-of DATE] [--knowledge DIR] [--json]\n       --tables: raw scores to T-scores, and a value set, in place of those that ship (docs/methods/questionnaires.md)\n       --bank: item parameters of a bank, whose answers stand in columns named by item (docs/methods/item-banks.md)',
  options: {
    ...knowledgeOption,
    instrument: { type: 'string' },
    tables: { type: 'string' },
    bank: { type: 'string' },
    'as-of': { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      throw new IdiographError('usage', 'name one table of answers', { remedy: `usage: ${command.usage}` });
    }
    const instruments = loadInstruments();
    const banks = options.bank === undefined ? undefined : banksOf(options.bank as string);
    const bank = banks && bankChosen(banks, options.instrument as string | undefined);
    const chosen = bank ? undefined : instrumentNamed(options.instrument as string | undefined, instruments);
    const asOf = asOfDate(options['as-of'] as string | undefined, terminal.now());
    const rules = loadRules(knowledgeOf(options, terminal));
    const conversions = conversionsOf(options.tables as string | undefined);
    if (statSync(path).isDirectory()) {
      throw new IdiographError('usage', `${oneLine(path)} is a folder`, {
        remedy: 'Name one table; "idiograph run FOLDER --out DIR" reads folders.',
      });
    }
    const read = await readTable(inputFile(path, basename(path)), defaultLimits);
    if ('refused' in read) {
      sayIssue(read.refused, terminal);
      terminal.document([]);
      return 3;
    }
    for (const one of read.issues) sayIssue(one, terminal);
    if (bank) return sayBank(scoreBankRows(read.table, bank), bank, terminal);
    const administrations = administrationsOf(read.table, instruments, asOf, chosen);
    if (administrations.length === 0) {
      terminal.warn(`No answers were found in ${oneLine(path)}.`);
      terminal.warn('Remedy: name the columns item1, item2 ... with --instrument, or phq9_1 ...; see --help.');
      terminal.document([]);
      return 3;
    }
    const results = scoreRows(administrations, conversions);
    const safety = new Map(results.map((one) => [one, safetyOf(one, rules, asOf)]));
    if (!terminal.json) sayResults(results, safety, terminal);
    terminal.document(
      results.map((one) => {
        const { issues, ...row } = one.row;
        const named = chosen ? {} : { instrument: one.administration.instrument.id };
        return { ...named, ...row, safety: safety.get(one)!, issues };
      }),
    );
    return 0;
  },
};

function instrumentNamed(id: string | undefined, instruments: readonly Instrument[]): Instrument | undefined {
  if (id === undefined) return undefined;
  const found = instruments.find((one) => one.id === id.toLowerCase());
  if (found) return found;
  throw new IdiographError('usage', `there is no instrument "${oneLine(id)}"`, {
    remedy: '"idiograph instruments" lists them.',
  });
}

function bankChosen(banks: readonly Bank[], id: string | undefined): Bank {
  const found = id === undefined && banks.length === 1 ? banks[0] : id === undefined ? undefined : bankNamed(id, banks);
  if (found) return found;
  throw new IdiographError(
    'usage',
    id === undefined
      ? 'the file holds several item banks, or none'
      : `there is no item bank "${oneLine(id)}" in the file`,
    {
      remedy:
        banks.length === 0
          ? 'Put item parameters into it.'
          : `name one with --instrument: ${banks.map((one) => one.id).join(', ')}`,
    },
  );
}

function sayBank(rows: readonly BankRow[], bank: Bank, terminal: Terminal): number {
  for (const row of rows) {
    const score = row.t === null ? 'no score' : `T ${row.t} (standard error ${row.standardError}, ${row.items} items)`;
    const next = row.next.item === null ? `enough: ${row.next.reason}` : `next: ${row.next.item}`;
    terminal.say(
      `${oneLine(row.id ?? 'unnamed')}  ${row.date ?? 'undated'}  ${bank.display} ${bank.version}: ${score}; ${next}`,
    );
    for (const one of row.issues) sayIssue(one, terminal);
  }
  terminal.document(rows);
  return rows.length === 0 ? 3 : 0;
}

function conversionsOf(path: string | undefined): Conversions {
  if (path === undefined) return parseConversions(conversionPath, loadKnowledge(conversionPath).data);
  const parsed = parseGuarded(readFileSync(path, 'utf8'), defaultLimits.jsonDepth);
  if ('value' in parsed) return parseConversions(path, parsed.value);
  throw new IdiographError('knowledge-invalid', `${path} is not JSON`, { remedy: 'Check the file.' });
}

/** Safety answers by themselves: nothing of a score can hide them. An old answer is told from one of today. */
function safetyOf(
  { administration, scored }: RowResult,
  { checks, siteTexts }: Pick<RuleSet, 'checks' | 'siteTexts'>,
  asOf: string,
): SafetyEntry[] {
  if (scored === undefined) return [];
  const findings = safetyFindings(administration, scored, asOf);
  const { safety } = administration.instrument;
  return checks
    .filter(({ check }) => safety.some((one) => one.check === check))
    .flatMap((rule) =>
      askSafety(rule, indexFindings(findings), {
        subject: 'row',
        run: 'row',
        asOf,
        ageYears: undefined,
        siteTexts,
        actions: [],
      }),
    )
    .flatMap(({ check, state, urgency, statement, action }): SafetyEntry[] => {
      // How old a no is matters to the plan; a row only tells what was answered, or was not.
      if (urgency === 'none' || state === 'negative' || state === 'stale') return [];
      const items = safety
        .filter((one) => check === one.check || check === `${one.check}-history`)
        .flatMap(({ item }) => {
          const answer = scored.items.get(item)!;
          return answer.state === 'left-out'
            ? []
            : [{ item, answer: answer.state === 'answered' ? answer.value : null }];
        });
      return [{ check, items, state, urgency, statement, ...(action === undefined ? {} : { action }) }];
    });
}

function safetyFindings({ instrument, at }: Administration, scored: Scored, asOf: string): Finding[] {
  // A date that cannot be is no reason to call a positive answer old.
  const time = at === undefined || daysBetween(at.slice(0, 10), asOf) < 0 ? {} : { time: at.slice(0, 10) };
  return instrument.safety.flatMap(({ item, code, display }) => {
    const answer = scored.items.get(item)!;
    if (answer.state === 'left-out') return [];
    const value =
      answer.state === 'answered'
        ? { type: 'quantity' as const, value: answer.value, unit: '{score}' }
        : { type: 'refused' as const, reason: answer.state === 'refused' ? answer.issue.code : 'item-not-answered' };
    const draft = { measure: measure(code, display), value, ...time, issues: [], derivedFrom: [] };
    return [findingFromDraft(draft, { id: 'row', subject: 'row', method: 'score' })];
  });
}

function sayResults(
  results: readonly RowResult[],
  safety: ReadonlyMap<RowResult, SafetyEntry[]>,
  terminal: Terminal,
): void {
  const who = ({ administration: { id, line } }: RowResult) => oneLine(id ?? `line ${line}`);
  for (const result of results) {
    for (const { urgency, statement, action } of safety.get(result)!) {
      terminal.say(`! ${who(result)} (${urgency}): ${oneLine(statement)}${action ? ` ${oneLine(action)}` : ''}`);
    }
  }
  for (const result of results) {
    const { row, administration } = result;
    const { instrument } = administration;
    const parts = Object.entries(row.subscales).map(([name, value]) => `${name} ${short(value)}`);
    const main = mainScale(instrument) ? [`${instrument.display} ${short(row.score)}`] : [instrument.display];
    const change = row.reliableChange;
    const told = [
      ...main,
      ...(row.band ? [row.band] : []),
      ...(typeof row.t === 'number' ? [`T ${row.t}`] : []),
      ...parts,
      ...(change ? [`${change.state} since ${change.since} (${short(change.difference)})`] : []),
    ];
    terminal.say(`${who(result)}  ${row.date ?? 'undated'}  ${told.join('; ')}`);
    for (const one of row.issues) sayIssue(one, terminal);
  }
}

function short(value: number | null): string {
  return value === null ? 'no score' : String(Math.round(value * 100) / 100);
}

function sayIssue({ severity, message, place, remedy }: Issue, terminal: Terminal): void {
  terminal.warn(oneLine(`  ${severity}${place ? ` at ${place}` : ''}: ${message}${remedy ? ` ${remedy}` : ''}`));
}
