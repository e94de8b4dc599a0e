import type { Access, Purpose, Reader } from '../dossier/store.ts';
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, Spec, Specs } from './api/spec.ts';
import type { Permission, Role } from './permissions.ts';
import type { Workspace } from './workspace.ts';

/** The account behind a request. */
export interface Who {
  id: string;
  name: string;
  roles: readonly Role[];
  /** Names the session in the audit chain; opens nothing. */
  session: string;
  csrf: string;
  /** The password was made by somebody else: nothing but its change is allowed. */
  mustChangePassword: boolean;
  idleSeconds: number;
  can(permission: Permission): boolean;
}

/** What a handler gets. `who` is undefined on public routes only. */
export interface Call<S extends Spec> {
  params: ParamsOf<S>;
  query: QueryOf<S>;
  body: BodyOf<S>;
  who: S['permission'] extends 'public' ? Who | undefined : Who;
  workspace: Workspace;
  /** The store as this account may read it; its use is logged with the account and the purpose. */
  reader: Reader;
  /** The same for what opens the store by itself. */
  access: Access;
  purpose: Purpose;
  request: Request;
  /** Address of the other side. */
  remote: string;
  /** It came over TLS, to us or to a proxy that we trust: cookies are marked so. */
  secure: boolean;
  /** Aborted when the other side goes away. */
  signal: AbortSignal;
  /** For the audit chain, where the path does not say it. */
  about(what: { subject?: string; record?: string; account?: string }): void;
  /** Answer headers. */
  header(name: string, value: string): void;
}

export type Handler<S extends Spec> = (call: Call<S>) => Promise<ResponseOf<S>>;
/** One function for each route of a file of `api/`. */
export type Handlers<A extends Specs> = { readonly [K in keyof A]: Handler<A[K]> };
