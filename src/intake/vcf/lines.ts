/** Receives one line: bytes start..end-1 of `bytes`, without line end. `line` counts from 1. */
export type LineSink = (bytes: Buffer, start: number, end: number, line: number) => void;

export class LineTooLong extends Error {
  readonly line: number;
  constructor(line: number) {
    super(`line ${line} is too long`);
    this.line = line;
  }
}

export interface LineScanner {
  push(piece: Buffer): void;
  /** The last line, when no line end follows it. */
  end(): void;
  /** Lines given so far, those before the first included. */
  lines(): number;
}

/**
 * Cuts pieces of a stream into lines without copying, but for the lines that lie across two pieces.
 * `linesBefore`: where the stream begins in the middle of a file. A line longer than `lineBytes` is never held: it is
 * left out, its number goes to `tooLong`, and the next one follows.
 */
export function lineScanner(
  sink: LineSink,
  lineBytes: number,
  { linesBefore = 0, tooLong = () => undefined }: { linesBefore?: number; tooLong?: (line: number) => void } = {},
): LineScanner {
  let line = linesBefore;
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let skipping = false;

  function give(bytes: Buffer, start: number, end: number): void {
    line += 1;
    if (end - start > lineBytes) tooLong(line);
    else sink(bytes, start, end > start && bytes[end - 1] === 13 ? end - 1 : end, line);
  }

  /** Keeps the beginning of a line that goes on in the next piece, as long as it may still be a line. */
  function carry(part: Buffer): void {
    carriedBytes += part.length;
    if (carriedBytes > lineBytes) {
      skipping = true;
      carried = [];
    }
    if (!skipping) carried.push(Buffer.from(part));
  }

  function finish(): void {
    if (skipping) {
      line += 1;
      tooLong(line);
    } else {
      const whole = Buffer.concat(carried, carriedBytes);
      give(whole, 0, whole.length);
    }
    carried = [];
    carriedBytes = 0;
    skipping = false;
  }

  return {
    lines: () => line,
    push(piece) {
      let start = 0;
      if (carriedBytes > 0) {
        const end = piece.indexOf(10);
        carry(piece.subarray(0, end < 0 ? piece.length : end));
        if (end < 0) return;
        finish();
        start = end + 1;
      }
      for (;;) {
        const end = piece.indexOf(10, start);
        if (end < 0) break;
        give(piece, start, end);
        start = end + 1;
      }
      if (start < piece.length) carry(piece.subarray(start));
    },
    end() {
      if (carriedBytes > 0) finish();
    },
  };
}
