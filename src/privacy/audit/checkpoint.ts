import { sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../dossier/canonical.ts';
import { lineText } from './entry.ts';
import type { AuditKeys } from './key.ts';
import { linesBackward } from './segments.ts';

/** The signed statement that the chain reached line `seq` with this MAC. A copy kept elsewhere shows a later truncation. */
export interface Checkpoint {
  number: number;
  seq: number;
  mac: string;
  at: string;
  /** SHA-256 of the checkpoint line before. */
  previous: string;
  /** Ed25519 public key, raw, hexadecimal. */
  key: string;
  signature: string;
}

export const checkpointFile = 'checkpoints.jsonl';

/** The line that belongs to an announcement in the chain. Ed25519 is deterministic: the same announcement gives the same bytes. */
export function checkpointText(
  keys: AuditKeys,
  { number, seq, mac, at }: Pick<Checkpoint, 'number' | 'seq' | 'mac' | 'at'>,
  previous: string,
): string {
  const body = { number, seq, mac, at, previous, key: keys.publicKey };
  const signature = sign(null, Buffer.from(lineText(body)), keys.signing).toString('hex');
  return lineText({ ...body, signature });
}

/** The checkpoint of a line, or undefined when the line is not exactly what the holder of the key would have written. */
export function parseCheckpoint(keys: AuditKeys, text: string | undefined): Checkpoint | undefined {
  if (text === undefined) return undefined;
  try {
    const checkpoint = JSON.parse(text) as Checkpoint;
    if (typeof checkpoint !== 'object' || checkpoint === null || lineText(checkpoint) !== text) return undefined;
    const { signature, ...body } = checkpoint;
    if (typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return undefined;
    const valid = verify(null, Buffer.from(lineText(body)), keys.verifying, Buffer.from(signature, 'hex'));
    return valid && body.key === keys.publicKey ? checkpoint : undefined;
  } catch {
    return undefined;
  }
}

/** What stands before the first checkpoint. */
export const noCheckpoint = sha256('');

/** The last whole checkpoint line; `end`: the byte behind it; `torn`: bytes of an unfinished line follow. */
export async function lastCheckpoint(
  directory: string,
): Promise<{ text: string | undefined; end: number; torn: boolean; absent: boolean }> {
  const path = join(directory, checkpointFile);
  if (!existsSync(path)) return { text: undefined, end: 0, torn: false, absent: true };
  let torn = false;
  for await (const line of linesBackward(path)) {
    if (line.ended) return { text: line.text ?? '', end: line.offset + line.bytes, torn, absent: false };
    torn = true;
  }
  return { text: undefined, end: 0, torn, absent: true };
}
