import type { StatementSync } from 'node:sqlite';
import type { Access } from '../../dossier/store.ts';
import type { Database } from './database.ts';

/** Collects what is read and writes it down in groups, so that reading costs no fsync. */
export interface AccessLog {
  note(access: Access, subject: string, verb: string, target?: string): void;
  /** Resolves when everything noted so far is on disk. */
  flush(): Promise<void>;
  /** Noted and not yet on disk. */
  pending(): readonly Noted[];
  close(): Promise<void>;
}

export interface Noted {
  at: string;
  actor: string;
  purpose: string;
  subject: string;
  verb: string;
  target: string;
}

/** A commit keeps the thread for as long as the disk takes: seldom enough that few who ask meet it. */
const flushAfterMs = 5000;
const flushAtEntries = 1000;

/** Logs that still hold entries when the process ends in an orderly way: written then, synchronously. */
const open = new Set<() => void>();
process.on('exit', () => {
  for (const lastWords of open) lastWords();
});

export function accessLog(database: Database, clock: () => string): AccessLog {
  let noted = new Map<string, Noted>();
  let timer: NodeJS.Timeout | undefined;
  let insert: StatementSync | undefined;
  let writing: Promise<void> = Promise.resolve();
  let underWay: readonly Noted[] = [];

  /** One small statement, prepared once: a statement for a thousand rows would cost more to compile than to run. */
  function insertAll(entries: readonly Noted[]): void {
    insert ??= database.raw.prepare(
      'insert into access (at, actor, purpose, subject, verb, target) values (?, ?, ?, ?, ?, ?)',
    );
    for (const { at, actor, purpose, subject, verb, target } of entries) {
      insert.run(at, actor, purpose, subject, verb, target);
    }
  }

  function take(): Noted[] {
    clearTimeout(timer);
    timer = undefined;
    const entries = [...noted.values()];
    noted = new Map();
    return entries;
  }

  function flush(): Promise<void> {
    const entries = take();
    if (entries.length === 0) return writing;
    writing = writing.then(async () => {
      try {
        underWay = entries;
        await database.write(async () => insertAll(entries));
      } catch (error) {
        // Kept for the next try; an entry is late, never lost while the process lives.
        for (const entry of entries) noted.set(keyOf(entry) + entry.at, entry);
        throw error;
      } finally {
        underWay = [];
      }
    });
    const result = writing;
    writing = writing.catch(() => {});
    return result;
  }

  const lastWords = () => {
    const entries = take();
    if (entries.length === 0 || !database.raw.isOpen || database.raw.isTransaction) return;
    try {
      database.raw.exec('begin immediate');
      insertAll(entries);
      database.raw.exec('commit');
    } catch {
      // The process is ending and another one holds the store: there is nobody left to try again.
    }
  };
  open.add(lastWords);

  return {
    note({ actor, purpose }, subject, verb, target = '') {
      const entry = { at: clock(), actor, purpose, subject, verb, target };
      // The same read again before the group is written is one line.
      const key = keyOf(entry);
      if (noted.has(key)) return;
      noted.set(key, entry);
      if (noted.size >= flushAtEntries) flush().catch(() => {});
      else timer ??= setTimeout(() => flush().catch(() => {}), flushAfterMs).unref();
    },
    flush,
    pending: () => [...underWay, ...noted.values()],
    async close() {
      await flush();
      open.delete(lastWords);
    },
  };
}

function keyOf({ actor, purpose, subject, verb, target }: Noted): string {
  return JSON.stringify([actor, purpose, subject, verb, target]);
}
