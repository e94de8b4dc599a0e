import { memberPath } from '../../intake/archive/memberPath.ts';

/** What file systems take for one name and, with room for the data folder above it, for a whole path. */
const nameBytes = 255;
const pathBytes = 2048;
const deepest = 64;

/**
 * The path of an uploaded file below its upload: relative, `/` between names, nothing that leads elsewhere. Unlike names in
 * archives these become names on this disk, so that length and characters count as well.
 */
export function uploadPath(given: string): { path: string } | { unsafe: string } {
  const member = memberPath(given);
  if ('unsafe' in member) return member;
  const { path } = member;
  if (!path.isWellFormed()) return { unsafe: 'its name is not valid Unicode' };
  const names = path.split('/');
  if (names.length > deepest) return { unsafe: `it lies more than ${deepest} folders deep` };
  if (Buffer.byteLength(path) > pathBytes) return { unsafe: `its path is longer than ${pathBytes} bytes` };
  if (names.some((name) => Buffer.byteLength(name) > nameBytes))
    return { unsafe: `a name in it is longer than ${nameBytes} bytes` };
  return { path };
}
