import { bcfScanner, isBcf } from './bcf.ts';
import { type LineScanner, type LineSink, lineScanner } from './lines.ts';

/** Lines of a VCF, or those that a BCF stands for: its first bytes decide. */
export function textScanner(sink: LineSink, lineBytes: number, tooLong?: (line: number) => void): LineScanner {
  let scanner: LineScanner | undefined;
  return {
    push(piece) {
      scanner ??= isBcf(piece)
        ? bcfScanner(sink, lineBytes)
        : lineScanner(sink, lineBytes, { ...(tooLong && { tooLong }) });
      scanner.push(piece);
    },
    end: () => scanner?.end(),
    lines: () => scanner?.lines() ?? 0,
  };
}
