import type { Limits, Read } from '../format.ts';

/** A file as it goes to a reading thread. */
export interface FileOrder {
  format: string;
  path: string;
  diskPath: string;
  bytes: number;
  head: Uint8Array;
}

/** Several files at once: a trip between threads costs more than reading a small header. */
export interface BatchOrder {
  files: FileOrder[];
  limits: Limits;
}

export interface BatchReply {
  /** Index within the batch and what came of the file. */
  outcomes: [number, Read<unknown>][];
  finished: boolean;
}

/** Shared with a reading thread: 0 while idle, else 1 + index of the file being read. */
export interface WorkerData {
  current: SharedArrayBuffer;
}
