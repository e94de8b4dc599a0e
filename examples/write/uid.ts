import { createHash } from 'node:crypto';

/** A DICOM UID that follows from the words given, under the UUID root 2.25 (PS3.5 B.2): same words, same UID. */
export function uid(...words: (string | number)[]): string {
  const hash = createHash('sha256')
    .update(['idiograph-example', ...words].join('|'))
    .digest('hex')
    .slice(0, 32);
  return `2.25.${BigInt(`0x${hash}`)}`;
}
