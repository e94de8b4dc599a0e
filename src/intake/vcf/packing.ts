import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';

/** Bytes that can be read piece by piece, wherever they lie. */
export interface ByteSource {
  bytes: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Trouble that ends the reading; what was read before stays good. */
export class PackingError extends Error {
  readonly issue: Issue;
  constructor(trouble: Issue) {
    super(trouble.message);
    this.issue = trouble;
  }
}

export function cutShort(byte: number): PackingError {
  return new PackingError(
    issue('error', 'file-truncated', 'The packed file ends in the middle of a block.', {
      place: `byte ${byte}`,
      remedy: 'Copy or download the file again; records up to that place were read.',
    }),
  );
}

export function broken(byte: number, what: string): PackingError {
  return new PackingError(
    issue('error', 'packing-broken', `The packed data at byte ${byte} ${what}.`, {
      place: `byte ${byte}`,
      remedy: 'Copy or download the file again; records up to that place were read.',
    }),
  );
}
