/** Pharmacy segments: RXO and RXE (ordered), RXD (dispensed), RXA (given). HL7 v2.5.1 chapter 4. */
import type { FactStatus } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { timesADayOf } from '../fhir/facts/dosage.ts';
import type { FactDraft, Group } from './facts.ts';
import type { Segment } from './message.ts';
import { codesOf, dateTimeOf, numberOf, unitOf } from './values.ts';

/** Field numbers that say the same in four segments. */
interface Layout {
  code: number;
  amount: number;
  maximum?: number;
  unit: number;
  when?: number;
  instructions?: number;
  event: boolean;
}

const layouts: Record<string, Layout> = {
  RXO: { code: 1, amount: 2, maximum: 3, unit: 4, instructions: 7, event: false },
  RXE: { code: 2, amount: 3, maximum: 4, unit: 5, instructions: 7, event: false },
  RXD: { code: 2, amount: 4, unit: 5, when: 3, instructions: 9, event: true },
  RXA: { code: 5, amount: 6, unit: 7, when: 3, event: true },
};

/** ORC-1 (table 0119) and ORC-5 (table 0038). What is cancelled, discontinued or refused is not being taken. */
function orderStatus(orc: Segment | undefined, issues: Issue[], place: string): FactStatus {
  const control = orc?.text(1).toUpperCase() ?? '';
  const state = orc?.text(5).toUpperCase() ?? '';
  if (state === 'ER') return 'entered-in-error';
  if (control === 'HD' || control === 'OH' || state === 'HD') {
    issues.push(
      issue('info', 'medication-on-hold', 'The medication is on hold.', { place, remedy: 'Ask whether it is taken.' }),
    );
    return 'unknown';
  }
  if (['CA', 'OC', 'DC', 'OD', 'CR', 'DR', 'UA'].includes(control) || ['CA', 'DC', 'RP'].includes(state))
    return 'stopped';
  return state === 'CM' ? 'completed' : 'active';
}

/** RXA-20, table 0322: refused or not given doses did not happen. */
const administered: Record<string, FactStatus> = { CP: 'completed', PA: 'completed', RE: 'stopped', NA: 'stopped' };

export function isMedication(name: string): boolean {
  return name in layouts;
}

export function readMedication(segment: Segment, group: Group): FactDraft[] {
  const layout = layouts[segment.name]!;
  const place = `line ${segment.line} (${segment.name})`;
  const issues: Issue[] = [];
  const codes = codesOf(segment.repetitions(layout.code)[0] ?? []);
  if (codes.length === 0) {
    issues.push(issue('warning', 'code-missing', 'The medication is not named.', { place }));
  }
  const [code = { system: 'text', code: 'unnamed', display: 'not named in the source' }, ...others] = codes;
  const dose = doseOf(segment, layout, issues, place);
  const pattern = group.tq1?.text(3) ?? '';
  const perDay = layout.event || pattern === '' ? undefined : timesADayOf(pattern);
  const asNeeded = /\bPRN\b/i.test([pattern, group.tq1?.text(9) ?? '', group.tq1?.text(11) ?? ''].join(' '));
  const instructions = layout.instructions
    ? segment.repetitions(layout.instructions).map((one) => one.filter(Boolean).join(' '))
    : [];
  const start = group.tq1 && dateTimeOf(group.tq1.text(7));
  const end = group.tq1 && dateTimeOf(group.tq1.text(8));
  const at = layout.when ? dateTimeOf(segment.text(layout.when)) : undefined;
  const statedAt = at ?? (group.orc && dateTimeOf(group.orc.text(9)));
  return [
    {
      place,
      type: 'medication',
      code,
      ...(others.length > 0 ? { codes: others } : {}),
      value: {
        type: 'medication',
        codes,
        ...(dose ? { dose } : {}),
        ...(perDay === undefined ? {} : { perDay }),
        ...(asNeeded ? { asNeeded } : {}),
        text: [code.display, ...instructions].filter((part) => part !== '').join(': '),
      },
      ...(at ? { at } : {}),
      ...(start || end ? { period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : {}),
      ...(statedAt ? { statedAt } : {}),
      status:
        segment.name === 'RXA'
          ? (administered[segment.text(20).toUpperCase()] ?? 'completed')
          : segment.name === 'RXD'
            ? 'completed'
            : orderStatus(group.orc, issues, place),
      isEvent: layout.event,
      issues,
    },
  ];
}

function doseOf(
  segment: Segment,
  layout: Layout,
  issues: Issue[],
  place: string,
): { value: number; unit: string } | undefined {
  const value = numberOf(segment.text(layout.amount));
  const maximum = layout.maximum === undefined ? undefined : numberOf(segment.text(layout.maximum));
  if (value === undefined) return undefined;
  if (maximum !== undefined && maximum !== value) {
    issues.push(
      issue('info', 'dose-range', 'The dose is a range; no single dose was read.', {
        place,
        remedy: 'Ask which dose is taken.',
      }),
    );
    return undefined;
  }
  return { value, unit: unitOf(segment.repetitions(layout.unit)[0]) };
}
