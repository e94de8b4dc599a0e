import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { StoreConfig } from '../../dossier/store.ts';
import { type AuditVerdict, verifyAudit } from '../../privacy/audit/verify.ts';
import { type DoctorReport, doctor } from '../../store/maintenance.ts';
import type { Home } from '../home.ts';
import { examineServer } from './examineServer.ts';
import { type KnowledgeState, knowledgeStates } from './knowledge.ts';

export interface FolderPart {
  part: string;
  bytes: number;
  files: number;
}

/** What would hold up other requests: each is done in a thread of its own. Orders and results are plain data. */
export interface TaskTypes {
  verify: { order: { audit: string }; result: AuditVerdict };
  checkup: { order: { store: StoreConfig; home: Home }; result: DoctorReport };
  sizes: { order: { home: Home }; result: FolderPart[] };
  knowledge: { order: { today: string; site: string | undefined }; result: KnowledgeState[] };
}
export type TaskName = keyof TaskTypes;

type Tasks = { [K in TaskName]: (order: TaskTypes[K]['order']) => Promise<TaskTypes[K]['result']> };

export const tasks: Tasks = {
  knowledge: async ({ today, site }) => knowledgeStates(today, site),
  verify: ({ audit }) => verifyAudit(audit),
  async checkup({ store, home }) {
    const report = await doctor(store);
    const issues = [...report.issues, ...(await examineServer(home, { chain: false }))];
    return { ...report, healthy: issues.every(({ severity }) => severity === 'info'), issues };
  },
  async sizes({ home }) {
    const parts: Record<string, FolderPart> = {};
    const of = (path: string) => {
      const [first = '', second = ''] = path.split('/');
      if (first === 'blobs') return 'originals';
      if (first !== 'server') return 'records';
      return ['audit', 'uploads', 'cache'].includes(second) ? second : 'server';
    };
    const walk = async (folder: string): Promise<void> => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) await walk(path);
        else if (entry.isFile()) {
          const part = of(relative(home.data, path).replaceAll('\\', '/'));
          const { size } = await stat(path).catch(() => ({ size: 0 }));
          parts[part] ??= { part, bytes: 0, files: 0 };
          parts[part].bytes += size;
          parts[part].files++;
        }
      }
    };
    await walk(home.data);
    return Object.values(parts).sort((a, b) => b.bytes - a.bytes);
  },
};
