import { createHmac, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { lineText } from './entry.ts';
import { syncDirectory } from './segments.ts';

/**
 * How far the chain has come, sealed with its key and written after each group of lines. Whoever cuts lines off its end, even
 * together with the checkpoints over them, cannot write a note that says so. Behind the chain, never ahead of it: the lines
 * are on disk before the note is written.
 */
export interface ChainEnd {
  seq: number;
  mac: string;
}

export const endFile = 'end.json';

/** Always as long, so that one note is overwritten by the next in one small write. */
const noteBytes = 256;

/** The note in its full length. */
export function endText(macKey: KeyObject, { seq, mac }: ChainEnd): string {
  return `${lineText({ seq, mac, seal: seal(macKey, { seq, mac }) }).padEnd(noteBytes - 1)}\n`;
}

/** What the note says; `absent` without one, `changed` when it is not what the holder of the key would have written. */
export function readEnd(directory: string, macKey: KeyObject): ChainEnd | 'absent' | 'changed' {
  const path = join(directory, endFile);
  if (!existsSync(path)) return 'absent';
  const text = readFileSync(path, 'utf8');
  try {
    const { seq, mac } = JSON.parse(text) as ChainEnd;
    return text === endText(macKey, { seq, mac }) ? { seq, mac } : 'changed';
  } catch {
    return 'changed';
  }
}

/** Makes the file of the note, durably. */
export async function makeEnd(directory: string, macKey: KeyObject, end: ChainEnd): Promise<void> {
  const file = await open(join(directory, endFile), 'w', 0o600);
  try {
    await file.writeFile(endText(macKey, end));
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(directory);
}

function seal(macKey: KeyObject, { seq, mac }: ChainEnd): string {
  return createHmac('sha256', macKey).update(`end ${seq} ${mac}`).digest('hex');
}
