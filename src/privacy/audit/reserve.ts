import { randomBytes } from 'node:crypto';
import { open, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Room that is taken on the disk while there is some, and given back a piece at a time when there is none, so that lines can
 * still be written about what is read then.
 */
export interface Reserve {
  /** Bytes that it has, as far as this process knows, and that it should have. */
  readonly heldBytes: number;
  readonly wantedBytes: number;
  /** Gives a piece back to the disk. False: there is nothing left to give. */
  give(): Promise<boolean>;
  /** Takes what is missing when the disk has twice as much; else nothing. */
  fill(): Promise<void>;
}

export const reserveFile = 'reserve.room';
const pieceBytes = 64 * 1024;
const blockBytes = 2 ** 20;

/** The reserve of this folder as it is; {@link Reserve.fill} makes it. */
export async function openReserve(directory: string, wantedBytes: number): Promise<Reserve> {
  const path = join(directory, reserveFile);
  const sizeNow = () =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    );
  let heldBytes = await sizeNow();
  return {
    get heldBytes() {
      return heldBytes;
    },
    wantedBytes,
    async give() {
      const size = await sizeNow();
      heldBytes = Math.max(0, size - pieceBytes);
      if (size === 0) return false;
      const file = await open(path, 'r+');
      try {
        await file.truncate(heldBytes);
        // What was given back can be taken by others once the file system has written that down.
        await file.sync().catch(() => {});
      } finally {
        await file.close();
      }
      return true;
    },
    async fill() {
      heldBytes = await sizeNow();
      const missing = wantedBytes - heldBytes;
      if (missing <= 0) return;
      const { bavail, bsize } = await statfs(directory);
      if (bavail * bsize < 2 * missing) return;
      const file = await open(path, 'a', 0o600);
      try {
        // Zeros would take no room on a file system that compresses.
        for (let at = 0; at < missing; at += blockBytes)
          await file.writeFile(randomBytes(Math.min(blockBytes, missing - at)));
        await file.sync();
        heldBytes = wantedBytes;
      } catch {
        // Somebody else was quicker.
        await file.truncate(heldBytes).catch(() => {});
      } finally {
        await file.close();
      }
    },
  };
}

/** What the file system says when there is no room. */
export function isFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
