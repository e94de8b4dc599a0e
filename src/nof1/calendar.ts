/** A frozen trial as a table and as a calendar. */
import { dayAfter, type FrozenTrial } from '../dossier/trial.ts';
import { periodsOf, runsOf } from './schedules.ts';

export interface Stretch {
  tier?: string;
  from: string;
  to: string;
  days: number;
  /** `washout`: nothing is given. */
  given: 'comparison' | 'treatment' | 'washout';
  /** From 1; washouts have none. */
  period?: number;
}

/** Stretches of one thing given, in order; of designs with several tiers each by itself. */
export function stretchesOf({ plan, schedule, startDay }: FrozenTrial): Stretch[] {
  const { design } = plan;
  return schedule.flatMap((line, tier) => {
    const periods = periodsOf(design, line).map((one, index) => ({ ...one, period: index + 1 }));
    const washouts = runsOf(line).filter(({ letter }) => letter === '-');
    return [...periods, ...washouts]
      .sort((a, b) => a.from - b.from)
      .map(
        (one): Stretch => ({
          ...(design.type === 'baselines' ? { tier: design.tiers[tier] } : {}),
          from: dayAfter(startDay, one.from),
          to: dayAfter(startDay, one.from + one.days - 1),
          days: one.days,
          given: one.letter === 'A' ? 'comparison' : one.letter === 'B' ? 'treatment' : 'washout',
          ...('period' in one ? { period: one.period as number } : {}),
        }),
      );
  });
}

/** Words of a stretch. `blinded`: by its number alone, for whoever must not know. */
export function stretchWords({ plan }: FrozenTrial, { given, period, tier }: Stretch, blinded: boolean): string {
  const what =
    given === 'washout'
      ? 'washout'
      : blinded
        ? `period ${period}`
        : given === 'treatment'
          ? plan.treatment
          : plan.comparison;
  return tier === undefined ? what : `${tier}: ${what}`;
}

/** One row a day and tier: what the analysis reads again once `value` is filled in. */
export function scheduleCsv(trial: FrozenTrial, blinded = false): string {
  const { plan } = trial;
  const tiered = plan.design.type === 'baselines';
  const rows = trial.schedule.flatMap((line, tier) =>
    [...line].map((letter, day) => [
      dayAfter(trial.startDay, day),
      String(day + 1),
      ...(plan.design.type === 'baselines' ? [plan.design.tiers[tier]] : []),
      blinded ? '' : letter === '-' ? 'washout' : letter,
      '',
      ...(plan.sideEffect ? [''] : []),
    ]),
  );
  const header = [
    'date',
    'day',
    ...(tiered ? ['tier'] : []),
    'treatment',
    'value',
    ...(plan.sideEffect ? ['side_effect'] : []),
  ];
  return `${[header, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** iCalendar (RFC 5545): whole-day events, one a stretch. Ids follow from the trial, so that a second import is the same. */
export function scheduleIcs(trial: FrozenTrial, blinded = false): string {
  const stamp = `${trial.frozenAt.slice(0, 19).replace(/[-:]/g, '')}Z`;
  const events = stretchesOf(trial).flatMap((one, index) => [
    'BEGIN:VEVENT',
    `UID:${trial.hash.slice(0, 24)}-${index}@idiograph`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${one.from.replaceAll('-', '')}`,
    `DTEND;VALUE=DATE:${dayAfter(one.to, 1).replaceAll('-', '')}`,
    `SUMMARY:${escaped(stretchWords(trial, one, blinded))}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Idiograph//single-patient trial//EN',
    ...events,
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
}

/** At most 75 octets a line. */
function folded(line: string): string {
  const parts: string[] = [''];
  let octets = 0;
  for (const sign of line) {
    const size = new TextEncoder().encode(sign).length;
    if (octets + size > 74) {
      parts.push('');
      octets = 0;
    }
    parts[parts.length - 1] += sign;
    octets += size;
  }
  return parts.join('\r\n ');
}

/** Quoted where it must be; a cell that a spreadsheet would run as a formula is kept as text. */
function cell(text: string): string {
  const safe = /^[=@+-]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
