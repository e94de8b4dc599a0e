import { useSyncExternalStore } from 'react';
import type { ApiError } from '../../api/client.ts';

/** How far the sending of files from this page is. */
export interface SendState {
  /** `waiting`: the server cannot be reached, tried again by itself; `stopped`: somebody has to do something first. */
  status: 'idle' | 'sending' | 'waiting' | 'paused' | 'stopped' | 'sent';
  upload?: string | undefined;
  files: number;
  bytes: number;
  sentFiles: number;
  sentBytes: number;
  /** Had arrived before: not sent again. */
  heldFiles: number;
  secondsLeft?: number | undefined;
  bytesPerSecond?: number | undefined;
  /** Files that cannot be sent, and why. */
  refused: { path: string; reason: string }[];
  problem?: ApiError | undefined;
}

export const idle: SendState = {
  status: 'idle',
  files: 0,
  bytes: 0,
  sentFiles: 0,
  sentBytes: 0,
  heldFiles: 0,
  refused: [],
};

let state = idle;
const listeners = new Set<() => void>();

/** Lives beside the pages, so that sending goes on while somebody looks at another one. */
export function sendState(): SendState {
  return state;
}

export function setSendState(change: Partial<SendState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function useSending(): SendState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, sendState);
}
