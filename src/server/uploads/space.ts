import { statfs } from 'node:fs/promises';
import { Refusal } from '../http/problem.ts';
import type { UploadLimits } from './limits.ts';

const gib = 2 ** 30;

/** Bytes that may still be written to the disk of this folder when the reserve is left alone. */
async function roomOn(folder: string, limits: UploadLimits): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize - limits.reserveBytes;
}

/** Refuses `more` bytes on top of what is held: 413 beyond the limits of the house, 507 beyond the disk. */
export async function assertRoom(
  folder: string,
  limits: UploadLimits,
  held: { upload: number; total: number },
  more: number,
): Promise<void> {
  if (held.upload + more > limits.uploadBytes) {
    throw new Refusal(413, {
      code: 'upload-too-large',
      message: `One upload may hold ${size(limits.uploadBytes)}; this one would hold ${size(held.upload + more)}.`,
      remedy: 'Send it in several uploads, or import it on the server with `idiograph import FOLDER`.',
    });
  }
  if (held.total + more > limits.totalBytes) {
    throw new Refusal(413, {
      code: 'uploads-full',
      message: `All uploads together may hold ${size(limits.totalBytes)}.`,
      remedy: 'Start or cancel uploads that are waiting, then send this one.',
    });
  }
  const room = await roomOn(folder, limits);
  if (more > room) {
    throw new Refusal(507, {
      code: 'disk-full',
      message: `The disk of the data folder has room for ${size(Math.max(0, room))}; this needs ${size(more)}. Nothing that is held is lost.`,
      remedy: 'Free space on the server, then go on; or cancel uploads that are not needed.',
    });
  }
}

function size(bytes: number): string {
  if (bytes >= gib) return `${(bytes / gib).toFixed(1)} GiB`;
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${bytes} bytes`;
}
