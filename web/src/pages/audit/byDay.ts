import type { AuditLineView } from '../../../../src/server/api/house.ts';

/** What one account did to a record on one day. */
export interface DayOfAccount {
  day: string;
  who: string;
  roles: string[];
  first: string;
  last: string;
  /** How often, by action. */
  times: Map<string, number>;
  denied: number;
  lines: AuditLineView[];
}

/** Lines (newest first) by the reader's days and by account, in the order of the last line of each. */
export function byDay(lines: readonly AuditLineView[], dayOf: (at: string) => string): DayOfAccount[] {
  const groups = new Map<string, DayOfAccount>();
  for (const line of lines) {
    const day = dayOf(line.at);
    const key = `${day} ${line.actor}`;
    const group = groups.get(key) ?? {
      day,
      who: line.name ?? line.actor,
      roles: [],
      first: line.at,
      last: line.at,
      times: new Map<string, number>(),
      denied: 0,
      lines: [],
    };
    groups.set(key, group);
    group.first = line.at;
    group.roles = [...new Set([...group.roles, ...line.roles])];
    if (line.outcome === 'ok') group.times.set(line.action, (group.times.get(line.action) ?? 0) + 1);
    else if (line.outcome !== 'begun') group.denied++;
    group.lines.push(line);
  }
  return [...groups.values()];
}
