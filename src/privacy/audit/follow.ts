import type { KeyObject } from 'node:crypto';
import { type AuditLine, fits, genesis, lineMac, parseLine } from './entry.ts';
import type { RawLine } from './segments.ts';

export interface Fault {
  kind: 'changed' | 'missing' | 'moved';
  message: string;
}

/**
 * Follows lines and says where they do not follow from each other. After a damaged place it finds its way again, so that one
 * change is told as one, at its line, and a second one further on is told as well.
 */
export function chainFollower(macKey: KeyObject) {
  let expected = 1;
  /** MACs that the next line may rest on; undefined: unknown, because the line before is missing or cannot be read. */
  let previous: string[] | undefined = [genesis];
  /** The line before could not be read: it may have been one of the chain or not. */
  let unread = false;

  function accept(line: AuditLine): void {
    const { mac, ...body } = line;
    previous = [mac, ...(previous ?? []).map((one) => lineMac(macKey, one, body))];
    expected = line.seq + 1;
    unread = false;
  }
  const rests = (line: AuditLine) => previous === undefined || previous.some((one) => fits(macKey, one, line));

  return {
    get expected() {
      return expected;
    },
    /** A file that begins with this line, by its name. */
    jump(firstSeq: number): Fault | undefined {
      if (firstSeq === expected || (unread && firstSeq === expected + 1)) return undefined;
      if (firstSeq < expected) {
        return {
          kind: 'moved',
          message: `this file begins with ${firstSeq}, the one before ends with ${expected - 1}`,
        };
      }
      const message = `lines ${expected} to ${firstSeq - 1} are missing before this file`;
      expected = firstSeq;
      previous = undefined;
      unread = false;
      return { kind: 'missing', message };
    },
    /** The next line; `line` is undefined where it cannot be read. */
    next(raw: RawLine): { line: AuditLine | undefined; fault?: Fault } {
      const line = raw.text === undefined ? undefined : parseLine(raw.text);
      if (line === undefined) {
        const mac = /"mac":"([0-9a-f]{64})"/.exec(raw.text ?? '')?.[1];
        // It may be one line in the place of another, or one too many.
        previous = mac === undefined ? undefined : [...(previous ?? []), mac];
        unread = true;
        return { line, fault: { kind: 'changed', message: 'this is not a line as it was written' } };
      }
      if (line.seq === expected || (unread && line.seq === expected + 1)) {
        const fault: Fault | undefined = rests(line)
          ? undefined
          : { kind: 'changed', message: `line ${line.seq} of the chain was changed: its MAC does not fit` };
        if (fault === undefined) {
          previous = [line.mac];
          expected = line.seq + 1;
          unread = false;
        } else accept(line);
        return { line, ...(fault && { fault }) };
      }
      const renumbered = { ...line, seq: expected };
      if (previous !== undefined && rests(renumbered)) {
        accept(renumbered);
        return {
          line,
          fault: { kind: 'changed', message: `line ${expected - 1} of the chain was given the number ${line.seq}` },
        };
      }
      if (line.seq > expected) {
        const message = `lines ${expected} to ${line.seq - 1} of the chain are missing before this one`;
        previous = undefined;
        accept(line);
        return { line, fault: { kind: 'missing', message } };
      }
      const message = `line ${line.seq} of the chain stands where ${expected} belongs: repeated or moved`;
      return { line, fault: { kind: 'moved', message } };
    },
  };
}
