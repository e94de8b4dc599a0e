import { type Issue, issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';

/**
 * Below this many bytes no ratio is suspicious: an almost empty lesion mask of 256^3 float64 voxels packs 1,000 : 1.
 */
export const ratioFloorBytes = 256 * 2 ** 20;

/**
 * What one outermost archive may still unpack to, nested archives and all members together. Counting against the
 * outermost file's size on disk also catches members that overlap and archives within archives.
 */
export class UnpackBudget {
  readonly #archiveBytes: number;
  readonly #limits: Limits;
  #inflated = 0;
  #entries = 0;
  #spent: Issue | undefined;

  constructor(archiveBytes: number, limits: Limits) {
    this.#archiveBytes = Math.max(1, archiveBytes);
    this.#limits = limits;
  }

  /** The issue that ended the unpacking, once a limit was met. */
  get spent(): Issue | undefined {
    return this.#spent;
  }

  /** Counts one more member. */
  enter(place: string): Issue | undefined {
    this.#entries++;
    if (this.#entries > this.#limits.archiveEntries) {
      this.#spent ??= issue('error', 'archive-too-many-entries', `More than ${this.#limits.archiveEntries} members.`, {
        place,
        remedy: 'Import parts of the archive, or raise limits.archiveEntries.',
      });
    }
    return this.#spent;
  }

  /** Would `bytes` more still be allowed? For sizes that an archive declares, before anything is unpacked. */
  foresee(bytes: number, place: string): Issue | undefined {
    return this.#judge(this.#inflated + bytes, place);
  }

  /** Counts unpacked bytes. */
  take(bytes: number, place: string): Issue | undefined {
    this.#inflated += bytes;
    this.#spent ??= this.#judge(this.#inflated, place);
    return this.#spent;
  }

  #judge(inflated: number, place: string): Issue | undefined {
    const { inflatedBytes, inflationRatio } = this.#limits;
    if (inflated > inflatedBytes) {
      return issue('error', 'archive-too-large', `It unpacks to more than ${inflatedBytes} bytes.`, {
        place,
        remedy: 'Unpack it yourself and import the folder, or raise limits.inflatedBytes.',
      });
    }
    if (inflated > ratioFloorBytes && inflated / this.#archiveBytes > inflationRatio) {
      const ratio = Math.round(inflated / this.#archiveBytes);
      return issue('error', 'archive-ratio', `It unpacks to ${ratio} times its size, as decompression bombs do.`, {
        place,
        remedy: 'If the content is honest, unpack it yourself and import the folder, or raise limits.inflationRatio.',
      });
    }
    return undefined;
  }
}
