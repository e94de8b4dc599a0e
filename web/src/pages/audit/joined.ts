import type { AuditLineView } from '../../../../src/server/api/house.ts';

/** What pages ask by themselves again and again, and the chain of itself. Nothing of a patient is among it. */
const byPage: ReadonlySet<string> = new Set([
  'events.stream',
  'jobs.list',
  'jobs.get',
  'session.get',
  'session.options',
  'audit.checkpoint',
]);

/** Nobody meant it: a read without a patient, made by the page itself, that went well. */
export function isByPage({ route, subject, outcome }: AuditLineView): boolean {
  return byPage.has(route) && subject === undefined && outcome === 'ok';
}

/** Lines that follow on each other and say the same but for the time, as one. `first` is the time of the oldest. */
export function joined(lines: readonly AuditLineView[]): { line: AuditLineView; times: number; first: string }[] {
  const rows: { line: AuditLineView; times: number; first: string }[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (last && says(last.line) === says(line)) {
      last.times++;
      last.first = line.at;
    } else rows.push({ line, times: 1, first: line.at });
  }
  return rows;
}

function says({ seq: _, at: __, ...rest }: AuditLineView): string {
  return JSON.stringify(rest);
}
