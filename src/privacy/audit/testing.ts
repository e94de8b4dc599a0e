import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from './entry.ts';

/** The key of tests: 32 bytes that are no secret. */
export const testKey = Uint8Array.from({ length: 32 }, (_, i) => i);

export function sampleEntry(number: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: `account-${number % 3}`,
    roles: ['clinician'],
    session: 'session-1',
    action: 'read',
    route: 'patients.get',
    subject: `S${String(number % 5).padStart(4, '0')}`,
    outcome: 'ok',
    status: 200,
    remote: '127.0.0.1',
    purpose: 'care',
    requestId: `request-${number}`,
    ...more,
  };
}

/** A clock that goes on by a millisecond each time, and can be set. */
export function testClock(start = '2026-11-20T08:00:00.000Z') {
  let at = Date.parse(start);
  return {
    now: () => new Date(at++).toISOString(),
    set: (time: string) => {
      at = Date.parse(time);
    },
  };
}

export function scratch(): { directory: string; files(): string[]; remove(): void } {
  const top = mkdtempSync(join(tmpdir(), 'idiograph-audit-'));
  const directory = join(top, 'audit');
  return {
    directory,
    files: () => readdirSync(directory).filter((name) => name.endsWith('.jsonl')),
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}
