import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { IdiographError } from '../dossier/errors.ts';
import { issue } from '../dossier/issue.ts';
import { defaultLimits, type InputFile } from './format.ts';

const headBytes = 4096;

/**
 * A file on this disk. Reads are synchronous inside: files are read on worker threads, where waiting costs nothing and
 * a system call is several times cheaper than a trip through the thread pool.
 * Throws the error of the file system when the file cannot be opened.
 */
export function inputFile(diskPath: string, path: string, fileBytesLimit = defaultLimits.fileBytes): InputFile {
  const descriptor = openSync(diskPath, 'r');
  try {
    const bytes = fstatSync(descriptor).size;
    return knownFile(diskPath, path, bytes, readRange(descriptor, 0, Math.min(headBytes, bytes)), fileBytesLimit);
  } finally {
    closeSync(descriptor);
  }
}

/** The same file again from what is already known of it, for the other side of a thread boundary. */
export function knownFile(
  diskPath: string,
  path: string,
  bytes: number,
  head: Uint8Array,
  fileBytesLimit = defaultLimits.fileBytes,
): InputFile {
  const read = async (start: number, end: number) => {
    const descriptor = openSync(diskPath, 'r');
    try {
      return readRange(descriptor, start, Math.min(end, bytes));
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    path,
    bytes,
    head,
    diskPath,
    read,
    readAll: async () => {
      if (bytes <= head.length) return head.slice(0, bytes);
      if (bytes > fileBytesLimit) throw tooLarge(path, bytes, fileBytesLimit);
      return read(0, bytes);
    },
  };
}

function readRange(descriptor: number, start: number, end: number): Uint8Array {
  const wanted = Math.max(0, end - start);
  const buffer = Buffer.allocUnsafeSlow(wanted);
  let got = 0;
  while (got < wanted) {
    const count = readSync(descriptor, buffer, got, wanted - got, start + got);
    if (count === 0) break;
    got += count;
  }
  return new Uint8Array(buffer.buffer, 0, got);
}

/** A limit was met in the middle of reading. Whoever called `read` reports the issue that it carries. */
export function tooLarge(path: string, bytes: number, limit: number): IdiographError {
  return new IdiographError('unsupported', `${path} is larger than the limit`, {
    issue: issue('error', 'file-too-large', `The file has ${bytes} bytes; at most ${limit} are read at once.`, {
      place: path,
      remedy: 'Split the file, or raise limits.fileBytes.',
    }),
  });
}
