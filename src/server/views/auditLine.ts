import type { AuditLine } from '../../privacy/audit/entry.ts';
import type { AuditLineView } from '../api/house.ts';

/** A line of the chain for people: ids of accounts with their names. */
export function auditLineView(line: AuditLine, names: ReadonlyMap<string, string>): AuditLineView {
  const { seq, at, actor, roles, action, route, subject, record, outcome, status, remote, purpose, reason } = line;
  const name = names.get(actor);
  return {
    seq,
    at,
    actor,
    roles: [...(roles ?? [])],
    action,
    route,
    outcome,
    clockBack: line.note === 'clock-back',
    ...(name !== undefined && { name }),
    ...(subject !== undefined && { subject }),
    ...(record !== undefined && { record }),
    ...(status !== undefined && { status }),
    ...(remote !== undefined && { remote }),
    ...(purpose !== undefined && { purpose }),
    ...(reason !== undefined && { reason }),
  };
}

const columns = [
  'seq',
  'at',
  'actor',
  'name',
  'roles',
  'action',
  'route',
  'subject',
  'record',
  'outcome',
  'status',
  'remote',
  'purpose',
  'reason',
] as const;

export const csvHead = `${columns.join(',')}\r\n`;

/** One row of RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvRow(line: AuditLineView): string {
  return `${columns.map((column) => csvCell(line[column])).join(',')}\r\n`;
}

function csvCell(value: string | number | readonly string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
