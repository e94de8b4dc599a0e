import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What was said about an upload, kept beside its files. Its time on disk is that of the last byte. */
export const UploadRecord = z.object({
  id: z.string(),
  /** Id of the account that it belongs to. */
  account: z.string(),
  createdAt: z.string(),
  /** `open`: bytes may come; `sealed`: handed to an import, nothing may change any more. */
  state: z.enum(['open', 'sealed']),
  /** All files are of one patient, whatever they say. */
  asOnePatient: z.boolean(),
  /** The clinical question that the files are to answer. */
  question: z.string().optional(),
  /** What the sender means to send. */
  expected: z.object({ files: z.number(), bytes: z.number() }).optional(),
});
export type UploadRecord = z.infer<typeof UploadRecord>;

const name = 'upload.json';

/** The file of an upload that says what was said about it. */
export const recordFile = (folder: string) => join(folder, name);

/** On disk, whole, when it resolves. */
export async function writeRecord(folder: string, record: UploadRecord): Promise<void> {
  const temporary = join(folder, `.${name}.${process.pid}`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(record));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, recordFile(folder));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Undefined where there is none, or none of ours. */
export async function readRecord(folder: string): Promise<UploadRecord | undefined> {
  try {
    return UploadRecord.parse(JSON.parse(await readFile(recordFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}
