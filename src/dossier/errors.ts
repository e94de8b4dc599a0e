/** The ways in which a caller can use Idiograph wrongly. Trouble in *data* is an {@link ./issue.ts Issue}, never one of these. */
export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'conflict'
  | 'store-busy'
  | 'store-corrupt'
  | 'store-too-new'
  | 'store-io'
  | 'integrity'
  | 'pack-invalid'
  | 'knowledge-invalid'
  | 'value-changed'
  | 'aborted'
  | 'unsupported';

/**
 * Broken use, with the fields that a caller needs to react.
 * @example
 * try { await store.erase(subject, order) } catch (error) { if (isIdiographError(error, 'not-found')) ... }
 */
export class IdiographError extends Error {
  readonly code: ErrorCode;
  readonly fields: Record<string, unknown>;
  /** What the person at the keyboard can do about it. */
  readonly remedy: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    fields: Record<string, unknown> & { remedy?: string; cause?: unknown } = {},
  ) {
    const { remedy, cause, ...rest } = fields;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'IdiographError';
    this.code = code;
    this.fields = rest;
    this.remedy = remedy;
  }
}

export function isIdiographError(error: unknown, code?: ErrorCode): error is IdiographError {
  return error instanceof IdiographError && (code === undefined || error.code === code);
}
