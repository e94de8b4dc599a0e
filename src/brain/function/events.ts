import { type Issue, issue } from '../../dossier/issue.ts';

/** One stretch of a condition, in seconds from the first volume. */
export interface TaskEvent {
  condition: string;
  onsetS: number;
  durationS: number;
  /** Height of the boxcar; 1 where the table has no `modulation`. */
  height: number;
}

/** More rows than any run has. */
const mostEvents = 100_000;
const mostConditions = 60;

/**
 * Events from rows of a BIDS events table (`onset`, `duration`, `trial_type`; optional `modulation`). Rows outside the run,
 * without numbers or with a negative duration are left out and said. No events are returned where the table as a whole
 * cannot belong to the run.
 */
export function readEvents(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
  runS: number,
): { events: TaskEvent[]; issues: Issue[] } {
  const refuse = (code: string, message: string, remedy: string) => ({
    events: [],
    issues: [issue('error', code, message, { remedy })],
  });
  const absent = ['onset', 'duration'].filter((one) => !columns.includes(one));
  if (absent.length > 0)
    return refuse(
      'events-columns-missing',
      `The events have no column ${absent.join(', ')}.`,
      'Give a BIDS events table.',
    );
  if (rows.length > mostEvents)
    return refuse('events-too-many', `${rows.length} events are no table of one run.`, 'Give the events of this run.');
  const events: TaskEvent[] = [];
  let unreadable = 0;
  let outside = 0;
  for (const row of rows) {
    const onsetS = numberOf(row['onset']);
    const durationS = numberOf(row['duration']);
    const height = columns.includes('modulation') ? (numberOf(row['modulation']) ?? 1) : 1;
    if (onsetS === undefined || durationS === undefined || durationS < 0) unreadable++;
    else if (onsetS + durationS < -32 || onsetS >= runS) outside++;
    else events.push({ condition: (row['trial_type'] ?? '').trim() || 'event', onsetS, durationS, height });
  }
  const issues: Issue[] = [];
  if (unreadable > 0)
    issues.push(
      issue(
        'warning',
        'events-unreadable',
        `${unreadable} events have no onset or duration in seconds and are left out.`,
        {
          remedy: 'Onset and duration are seconds from the first volume.',
        },
      ),
    );
  if (outside > 0 && outside * 2 >= rows.length)
    return refuse(
      'events-outside-run',
      `${outside} of ${rows.length} events lie outside the run of ${runS.toFixed(1)} s: table and run do not belong together, or the repetition time is wrong.`,
      'Give onsets in seconds from the first volume, and the right repetition time.',
    );
  if (outside > 0)
    issues.push(
      issue(
        'warning',
        'events-outside-run',
        `${outside} events begin after the run of ${runS.toFixed(1)} s and are left out.`,
        {
          remedy: 'Check that the table belongs to this run.',
        },
      ),
    );
  if (events.length === 0)
    return refuse('events-none', 'The table has no event within the run.', 'Give a BIDS events table.');
  const conditions = conditionsOf(events);
  if (conditions.length > mostConditions)
    return refuse(
      'events-too-many-conditions',
      `${conditions.length} conditions are more than a run can tell apart.`,
      'Group them in trial_type.',
    );
  const last = Math.max(...events.map(({ onsetS, durationS }) => onsetS + durationS));
  if (last < runS / 3)
    issues.push(
      issue('warning', 'events-end-early', `The last event ends at ${last.toFixed(1)} s of ${runS.toFixed(1)} s.`, {
        remedy: 'Check that onsets are in seconds and the repetition time is right.',
      }),
    );
  return { events, issues };
}

/** Names of conditions, sorted. */
export function conditionsOf(events: readonly TaskEvent[]): string[] {
  return [...new Set(events.map(({ condition }) => condition))].sort();
}

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
