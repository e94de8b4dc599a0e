import type { Issue } from '../../dossier/issue.ts';
import { issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import { packingOf, unpacked } from './bytes.ts';
import { parseHeader, type VcfHeader } from './header.ts';
import { type LineScanner, LineTooLong } from './lines.ts';
import { type ByteSource, PackingError } from './packing.ts';
import { textScanner } from './textScanner.ts';

/** All header lines together; a real header stays far below. */
const headerBytesLimit = 64 * 2 ** 20;

/** Lines that are too long are named one by one up to here. */
const namedLines = 20;

/** Gets the header once, then each data line. */
export interface VcfSink {
  header(header: VcfHeader): void;
  record(bytes: Buffer, start: number, end: number, line: number): void;
  /** Before a BGZF block at packed offset `packed` is read, `lines` lines have ended. */
  block?(packed: number, lines: number): void;
}

export class NotReadable extends Error {
  readonly issue: Issue;
  constructor(trouble: Issue) {
    super(trouble.message);
    this.issue = trouble;
  }
}

/**
 * Walks a VCF once, from its first byte to its last, holding one piece of it.
 * Returns trouble that ended the walk early (truncation) or that should be known (no end block); throws
 * {@link NotReadable} where there is no usable header.
 */
export async function scanVcf(source: ByteSource, limits: Limits, sink: VcfSink): Promise<Issue[]> {
  const issues: Issue[] = [];
  const reader = headerThenRecords(sink);
  let long = 0;
  const scanner = textScanner(reader.line, limits.lineBytes, (line) => {
    long += 1;
    if (long <= namedLines) issues.push(tooLong(line, limits.lineBytes));
  });
  try {
    const head = await source.read(0, Math.min(source.bytes, 4096));
    for await (const { bytes, packed } of unpacked(source, packingOf(head), limits)) {
      if (packed !== undefined) sink.block?.(packed, scanner.lines());
      scanner.push(bytes);
    }
    scanner.end();
  } catch (error) {
    if (error instanceof PackingError) {
      issues.push(error.issue, ...endAfter(error, scanner));
    } else if (error instanceof LineTooLong) {
      issues.push(hugeRecord(error.line, limits.lineBytes));
    } else {
      throw error;
    }
  }
  if (!reader.started()) throw new NotReadable(issues[0] ?? noHeader());
  return issues;
}

/**
 * Ends a scanner after trouble with the packing. What a cut left of the last line is not a line; a missing end block cuts
 * nothing, and then the text itself may still end too early, which is returned.
 */
export function endAfter({ issue: trouble }: PackingError, scanner: LineScanner): Issue[] {
  if (trouble.code !== 'bgzf-no-end') return [];
  try {
    scanner.end();
    return [];
  } catch (error) {
    if (error instanceof PackingError) return [error.issue];
    throw error;
  }
}

/** The state machine in front of every scan: header lines up to `#CHROM`, then records. */
export function headerThenRecords(sink: VcfSink): {
  line(bytes: Buffer, start: number, end: number, line: number): void;
  started(): boolean;
} {
  let header: string[] | undefined = [];
  let headerBytes = 0;
  return {
    started: () => header === undefined,
    line(bytes, start, end, line) {
      if (header === undefined) {
        if (end > start && bytes[start] !== 35) sink.record(bytes, start, end, line);
        return;
      }
      if (line === 1 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
      if (end === start) return;
      if (bytes[start] !== 35) throw new NotReadable(noHeader(line));
      headerBytes += end - start;
      if (headerBytes > headerBytesLimit) throw new NotReadable(noHeader(line));
      header.push(bytes.toString('utf8', start, end));
      if (bytes[start + 1] !== 35) {
        const lines = header;
        header = undefined;
        if (!/^#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO/.test(lines.at(-1)!))
          throw new NotReadable(noHeader(line));
        sink.header(parseHeader(lines));
      }
    },
  };
}

function noHeader(line?: number): Issue {
  return issue(
    'error',
    'vcf-no-header',
    'There is no #CHROM line with the eight fixed columns before the first record.',
    {
      ...(line === undefined ? {} : { place: `line ${line}` }),
      remedy: 'Export the file again with its header (bcftools view -h shows it).',
    },
  );
}

function tooLong(line: number, lineBytes: number): Issue {
  return issue('error', 'line-too-long', `Line ${line} is longer than ${lineBytes} bytes and was left out.`, {
    place: `line ${line}`,
    remedy:
      'Take the patient out of a cohort file (bcftools view -s SAMPLE), or leave out INFO (bcftools annotate -x INFO).',
  });
}

function hugeRecord(line: number, lineBytes: number): Issue {
  return issue('error', 'line-too-long', `A record claims more than ${lineBytes} bytes; reading ended there.`, {
    place: `line ${line}`,
    remedy: 'Copy the file again, or take the patient out of a cohort file: bcftools view -s SAMPLE.',
  });
}
