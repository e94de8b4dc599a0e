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
 * `linesBefore`: where the stream begins in the middle of a file. Throws {@link LineTooLong} before it holds more than
 * `lineBytes` of one line.
 */
export function lineScanner(sink: LineSink, lineBytes: number, linesBefore = 0): LineScanner {
  let line = linesBefore;
  let carried: Buffer[] = [];
  let carriedBytes = 0;

  function give(bytes: Buffer, start: number, end: number): void {
    if (end - start > lineBytes) throw new LineTooLong(line + 1);
    line += 1;
    sink(bytes, start, end > start && bytes[end - 1] === 13 ? end - 1 : end, line);
  }

  return {
    lines: () => line,
    push(piece) {
      let start = 0;
      if (carriedBytes > 0) {
        const end = piece.indexOf(10);
        const taken = end < 0 ? piece.length : end;
        if (carriedBytes + taken > lineBytes) throw new LineTooLong(line + 1);
        carried.push(Buffer.from(piece.subarray(0, taken)));
        carriedBytes += taken;
        if (end < 0) return;
        const whole = Buffer.concat(carried, carriedBytes);
        carried = [];
        carriedBytes = 0;
        give(whole, 0, whole.length);
        start = end + 1;
      }
      for (;;) {
        const end = piece.indexOf(10, start);
        if (end < 0) break;
        give(piece, start, end);
        start = end + 1;
      }
      if (start < piece.length) {
        if (piece.length - start > lineBytes) throw new LineTooLong(line + 1);
        carried.push(Buffer.from(piece.subarray(start)));
        carriedBytes = piece.length - start;
      }
    },
    end() {
      if (carriedBytes === 0) return;
      const whole = Buffer.concat(carried, carriedBytes);
      carried = [];
      carriedBytes = 0;
      give(whole, 0, whole.length);
    },
  };
}
