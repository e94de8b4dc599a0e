import type { z } from 'zod';
import type { AuditAction } from '../../privacy/audit/actions.ts';
import type { Permission } from '../permissions.ts';

/**
 * One route as data. Permissions, validation, audit lines, the OpenAPI document and the typed client of the page all come
 * from it. `params` are named in the path as `:name`; a param or body field called `subject` tells the audit chain whom it is about.
 */
export interface Spec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/api/${string}`;
  readonly summary: string;
  /** `public`: without a session; `session`: any account. */
  readonly permission: Permission | 'public' | 'session';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body; `stream`: bytes that the handler reads from the request itself. */
  readonly body?: z.ZodType | 'stream';
  /** `raw`: the handler answers with a `Response` of its own; `events`: the same, server-sent events. */
  readonly response: z.ZodType | 'raw' | 'events';
  /** Default: by method. */
  readonly action?: AuditAction;
  /** False: changes nothing, whatever its method; else what is no GET and no `read` has a line before it is begun. */
  readonly changes?: false;
}

export type ParamsOf<S extends Spec> = S['params'] extends z.ZodType ? z.output<S['params']> : Record<string, never>;
export type QueryOf<S extends Spec> = S['query'] extends z.ZodType ? z.output<S['query']> : Record<string, never>;
export type BodyOf<S extends Spec> = S['body'] extends z.ZodType ? z.output<S['body']> : undefined;
export type ResponseOf<S extends Spec> = S['response'] extends z.ZodType ? z.input<S['response']> : Response;

/** What the page hands over to call a route. */
export type InputOf<S extends Spec> = (S['params'] extends z.ZodType ? { params: z.input<S['params']> } : unknown) &
  (S['query'] extends z.ZodType ? { query?: z.input<S['query']> } : unknown) &
  (S['body'] extends z.ZodType ? { body: z.input<S['body']> } : unknown);
/** What the page gets. */
export type OutputOf<S extends Spec> = S['response'] extends z.ZodType ? z.output<S['response']> : Response;

export type Specs = Readonly<Record<string, Spec>>;
