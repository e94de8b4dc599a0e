import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../dossier/store.ts';
import { lastCheckpoint } from '../../privacy/audit/checkpoint.ts';
import type { AuditVerdict } from '../../privacy/audit/verify.ts';
import type { DoctorReport } from '../../store/maintenance.ts';
import type { Home } from '../home.ts';
import type { KnowledgeState } from './knowledge.ts';
import { LastBackup, lastBackupName } from './lastBackup.ts';
import type { FolderPart } from './tasks.ts';
import { inThread } from './thread.ts';

export interface CheckupReport extends DoctorReport {
  at: string;
  seconds: number;
}

/** What the keeper of an installation asks of it. Several who ask at once wait for one answer. */
export interface House {
  readonly startedAt: string;
  verifyAudit(): Promise<AuditVerdict>;
  checkup(): Promise<CheckupReport>;
  /** The last examination since the start. */
  lastCheckup(): CheckupReport | undefined;
  /** Undefined while it is being counted for the first time: a folder of many thousand files takes its time. */
  sizes(): FolderPart[] | undefined;
  /** Files of knowledge with their age, read once a day. */
  knowledge(): Promise<KnowledgeState[]>;
  disk(): Promise<{ freeBytes: number; diskBytes: number }>;
  lastCheckpoint(): Promise<{ number: number; line: number; at: string } | undefined>;
  lastBackup(): Promise<LastBackup | undefined>;
}

const sizesGoodMs = 60_000;

/** Opens it over a data folder; nothing is counted or examined before somebody asks. */
export function openHouse({
  home,
  store,
  now,
  knowledgeDirectory,
}: {
  home: Home;
  store: Store;
  now(): string;
  knowledgeDirectory?: string | undefined;
}): House {
  const startedAt = now();
  let verifying: Promise<AuditVerdict> | undefined;
  let checking: Promise<CheckupReport> | undefined;
  let checked: CheckupReport | undefined;
  let sizes: { at: number; parts: FolderPart[] } | undefined;
  let counting = false;
  let known: { day: string; files: Promise<KnowledgeState[]> } | undefined;

  async function check(): Promise<CheckupReport> {
    const at = now();
    const start = performance.now();
    const report = await inThread('checkup', { store: store.config, home });
    checked = { ...report, at, seconds: (performance.now() - start) / 1000 };
    return checked;
  }

  return {
    startedAt,
    verifyAudit() {
      verifying ??= inThread('verify', { audit: home.audit }).finally(() => {
        verifying = undefined;
      });
      return verifying;
    },
    checkup() {
      checking ??= check().finally(() => {
        checking = undefined;
      });
      return checking;
    },
    lastCheckup: () => checked,
    sizes() {
      if (!counting && (sizes === undefined || performance.now() - sizes.at > sizesGoodMs)) {
        counting = true;
        void inThread('sizes', { home })
          .then((parts) => {
            sizes = { at: performance.now(), parts };
          })
          .catch(() => undefined)
          .finally(() => {
            counting = false;
          });
      }
      return sizes?.parts;
    },
    knowledge() {
      const day = now().slice(0, 10);
      if (known?.day !== day) {
        const files = inThread('knowledge', { today: day, site: knowledgeDirectory });
        files.catch(() => {
          known = undefined;
        });
        known = { day, files };
      }
      return known.files;
    },
    async disk() {
      const { bavail, blocks, bsize } = await statfs(home.data);
      return { freeBytes: bavail * bsize, diskBytes: blocks * bsize };
    },
    async lastCheckpoint() {
      const { text } = await lastCheckpoint(home.audit);
      if (text === undefined) return undefined;
      try {
        const { number, seq, at } = JSON.parse(text) as { number: number; seq: number; at: string };
        return { number: Number(number), line: Number(seq), at: String(at) };
      } catch {
        // It is damaged: verifying says where.
        return undefined;
      }
    },
    async lastBackup() {
      const text = await readFile(join(home.server, lastBackupName), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        return LastBackup.parse(JSON.parse(text));
      } catch {
        return undefined;
      }
    },
  };
}
