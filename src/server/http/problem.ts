import { IdiographError, isIdiographError } from '../../dossier/errors.ts';

/** How every failure leaves the server: a code for programs, a sentence and a remedy for people. Never a stack trace. */
export interface Problem {
  code: string;
  message: string;
  remedy?: string;
  /** Fields that a program needs to react: the path of a wrong field, what changed since. */
  details?: unknown;
  requestId?: string;
}

/** A refusal with its HTTP status. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(status: number, problem: Problem, headers: Record<string, string> = {}) {
    super(problem.message);
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
    this.headers = headers;
  }
}

const statusOf: Readonly<Record<string, number>> = {
  usage: 400,
  'not-found': 404,
  conflict: 409,
  'value-changed': 409,
  'store-busy': 503,
  'store-io': 500,
  unsupported: 422,
  aborted: 499,
};

/** What the file system says when there is no room. */
const full = new Set(['ENOSPC', 'EDQUOT']);

/** Whether something failed because the disk has no room. */
export function isDiskFull(error: unknown): boolean {
  const cause = error instanceof IdiographError ? (error.cause as { code?: string } | undefined) : undefined;
  const system = (error as { code?: unknown } | undefined)?.code;
  const said = `${String(error)} ${String(cause)}`;
  return full.has(String(system)) || full.has(String(cause?.code)) || /database or disk is full/.test(said);
}

const askHouse = 'Try again; if it stays, give the request id to whoever looks after this installation.';

/** Any failure as it leaves the server: without stack trace and folders of the machine. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isDiskFull(error)) {
    return new Refusal(507, {
      code: 'disk-full',
      message: 'The disk of the data folder is full: this was not kept.',
      remedy: 'Free space, then do it again. What was acknowledged before is kept.',
    });
  }
  if (isIdiographError(error)) {
    const { code, message, remedy, fields } = error;
    const status = statusOf[code] ?? 500;
    const told = Object.entries(fields).filter(
      ([, value]) => typeof value !== 'string' || value === withoutPaths(value),
    );
    return new Refusal(status, {
      code,
      message: withoutPaths(message),
      ...(remedy ? { remedy: withoutPaths(remedy) } : {}),
      ...(told.length > 0 ? { details: Object.fromEntries(told) } : {}),
    });
  }
  return new Refusal(500, {
    code: 'internal',
    message: 'An error in the program itself. Nothing that was acknowledged is lost.',
    remedy: askHouse,
  });
}

/** Folders of the machine are for the log of whoever looks after it. */
function withoutPaths(text: string): string {
  return text.replace(/(?<![\w.:/])(?:[A-Za-z]:\\|\/)[^\s:()'"]*[/\\][^\s:()'"]*/g, '[a file of the data folder]');
}
