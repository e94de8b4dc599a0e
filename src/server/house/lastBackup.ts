import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const lastBackupName = 'last-backup.json';

/** What the command that makes backups leaves for the page of the house. */
export const LastBackup = z.object({
  at: z.string(),
  bytes: z.number(),
  /** False: something was damaged already and is not in it. */
  complete: z.boolean(),
});
export type LastBackup = z.infer<typeof LastBackup>;

/** Keeps what the house page says of the last backup. */
export async function noteBackup(server: string, backup: LastBackup): Promise<void> {
  const path = join(server, lastBackupName);
  await writeFile(`${path}.new`, JSON.stringify(backup), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
