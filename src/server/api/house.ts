import { z } from 'zod';
import { Issue } from '../../dossier/issue.ts';
import { askedActions, auditOutcomes } from '../../privacy/audit/actions.ts';
import { Subject, SubjectId } from './params.ts';
import { Role } from './session.ts';
import type { Specs } from './spec.ts';

export const AccountView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(Role),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  /** False: it signs in through the identity provider only. */
  hasPassword: z.boolean(),
  created: z.string(),
  lastSignIn: z.string().optional(),
  /** The identity provider that vouches for it; its roles are set there at each sign-in. */
  provider: z.string().optional(),
});
export type AccountView = z.infer<typeof AccountView>;

export const SessionOfAccount = z.object({
  id: z.string(),
  begun: z.string(),
  seen: z.string(),
  until: z.string(),
  remote: z.string().optional(),
  /** The one that asks. */
  here: z.boolean(),
});
export type SessionOfAccount = z.infer<typeof SessionOfAccount>;

const OneAccount = z.object({ account: z.string().regex(/^account-[0-9a-f]{24}$/) });
const Roles = z.array(Role).min(1);
/** A password that is shown once. */
const Fresh = z.object({ account: AccountView, password: z.string() });

export const AuditLineView = z.object({
  seq: z.number(),
  at: z.string(),
  /** Id of the account, `anonymous`, or `cli:` and a login name. */
  actor: z.string(),
  /** Name of the account, where it is one. */
  name: z.string().optional(),
  roles: z.array(z.string()),
  action: z.string(),
  route: z.string(),
  subject: z.string().optional(),
  record: z.string().optional(),
  outcome: z.enum(auditOutcomes),
  status: z.number().optional(),
  remote: z.string().optional(),
  purpose: z.string().optional(),
  reason: z.string().optional(),
  clockBack: z.boolean(),
});
export type AuditLineView = z.infer<typeof AuditLineView>;

/** A day, or an instant. */
const Time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const AuditFilter = z.object({
  subject: SubjectId.optional(),
  /** Name or id of an account, `anonymous`, or `cli:` and a login name. */
  actor: z.string().min(1).max(200).optional(),
  action: z.enum(askedActions).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  from: Time.optional(),
  /** A day: to its end. */
  to: Time.optional(),
});
const Paging = z.object({
  /** Lines before this number: `next` of the page before. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const AuditPageView = z.object({
  lines: z.array(AuditLineView),
  next: z.number().optional(),
  /** Time down to which was looked, when the page ended before it was full. */
  searchedTo: z.string().optional(),
  /** Lines that cannot be read. */
  damaged: z.number(),
});

export const AuditVerdictView = z.object({
  intact: z.boolean(),
  lines: z.number(),
  files: z.number(),
  checkpoints: z.number(),
  uncovered: z.number(),
  from: z.string().optional(),
  until: z.string().optional(),
  clockBack: z.number(),
  mended: z.number(),
  /** Changes that were begun and whose end no line tells; some may be under way. */
  openEnded: z.number(),
  openEnds: z.array(z.object({ file: z.string(), line: z.number(), route: z.string(), at: z.string() })),
  problems: z.array(z.object({ file: z.string(), line: z.number(), kind: z.string(), message: z.string() })),
  problemCount: z.number(),
});

export const Checkup = z.object({
  at: z.string(),
  healthy: z.boolean(),
  records: z.number(),
  links: z.number(),
  blobs: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  issues: z.array(Issue),
});

export const HouseView = z.object({
  program: z.object({ name: z.string(), version: z.string(), node: z.string(), platform: z.string() }),
  startedAt: z.string(),
  data: z.object({
    folder: z.string(),
    freeBytes: z.number(),
    diskBytes: z.number(),
    /** Bytes and files of each part; absent while they are being counted. */
    parts: z.array(z.object({ part: z.string(), bytes: z.number(), files: z.number() })).optional(),
  }),
  /** Whether audit lines can be written: `reserve`, out of room kept for a full disk; then nothing can be changed. */
  audit: z.object({
    state: z.enum(['ok', 'reserve', 'failing']),
    heldBytes: z.number(),
    wantedBytes: z.number(),
  }),
  /** The last examination since the start. */
  checkup: Checkup.optional(),
  jobs: z.object({ running: z.number(), queued: z.number(), failedLately: z.number() }),
  packs: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      version: z.string(),
      licence: z.string(),
      restrictions: z.string().optional(),
      state: z.enum(['installed', 'absent', 'broken']),
      problems: z.array(z.string()),
    }),
  ),
  knowledge: z.array(
    z.object({
      path: z.string(),
      title: z.string(),
      version: z.string(),
      /** Date of the facts. */
      date: z.string(),
      licence: z.string(),
      /** Of the site, in the place of what ships. */
      ofSite: z.boolean(),
      /** Older than what its subject allows without another look. */
      old: z.boolean(),
    }),
  ),
  checkpoint: z.object({ number: z.number(), line: z.number(), at: z.string() }).optional(),
  backup: z.object({ at: z.string(), bytes: z.number(), complete: z.boolean() }).optional(),
  provider: z.object({ label: z.string(), issuer: z.string() }).optional(),
  limits: z.object({ idleMinutes: z.number(), longestHours: z.number() }),
});
export type HouseView = z.infer<typeof HouseView>;

export const house = {
  'account.get': {
    method: 'GET',
    path: '/api/account',
    summary: 'The own account and where it is signed in',
    permission: 'session',
    response: z.object({ account: AccountView, sessions: z.array(SessionOfAccount) }),
  },
  'account.signOutElsewhere': {
    method: 'DELETE',
    path: '/api/account/sessions',
    summary: 'End all sessions of the own account but this one',
    permission: 'session',
    response: z.object({ sessions: z.array(SessionOfAccount) }),
    action: 'sign-out',
  },
  'house.accounts.list': {
    method: 'GET',
    path: '/api/house/accounts',
    summary: 'All accounts',
    permission: 'accounts:manage',
    response: z.object({ accounts: z.array(AccountView) }),
  },
  'house.accounts.add': {
    method: 'POST',
    path: '/api/house/accounts',
    summary: 'Add an account; the generated password is told this once and must be changed at the first sign-in',
    permission: 'accounts:manage',
    body: z.object({ name: z.string().min(1).max(200), roles: Roles }),
    response: Fresh,
  },
  'house.accounts.roles': {
    method: 'PUT',
    path: '/api/house/accounts/:account/roles',
    summary: 'Change the roles of an account; they count with its next request',
    permission: 'accounts:manage',
    params: OneAccount,
    body: z.object({ roles: Roles }),
    response: AccountView,
  },
  'house.accounts.disable': {
    method: 'PUT',
    path: '/api/house/accounts/:account/disabled',
    summary: 'Disable an account, which ends its sessions at once, or let it sign in again',
    permission: 'accounts:manage',
    params: OneAccount,
    body: z.object({ disabled: z.boolean() }),
    response: AccountView,
  },
  'house.accounts.reset': {
    method: 'POST',
    path: '/api/house/accounts/:account/password',
    summary: 'Give an account a new password, told this once; its sessions end',
    permission: 'accounts:manage',
    params: OneAccount,
    response: Fresh,
    action: 'update',
  },
  'house.accounts.sessions': {
    method: 'GET',
    path: '/api/house/accounts/:account/sessions',
    summary: 'Where an account is signed in',
    permission: 'accounts:manage',
    params: OneAccount,
    response: z.object({ sessions: z.array(SessionOfAccount) }),
  },
  'house.accounts.signOut': {
    method: 'DELETE',
    path: '/api/house/accounts/:account/sessions',
    summary: 'End all sessions of an account',
    permission: 'accounts:manage',
    params: OneAccount,
    response: z.object({ sessions: z.array(SessionOfAccount) }),
    action: 'sign-out',
  },
  'audit.list': {
    method: 'GET',
    path: '/api/house/audit',
    summary: 'Who did what, newest first',
    permission: 'audit:read',
    query: AuditFilter.extend(Paging.shape),
    response: AuditPageView,
  },
  'audit.export': {
    method: 'GET',
    path: '/api/house/audit/export',
    summary: 'The same lines as a file: CSV for a spreadsheet, JSON lines as they stand in the chain',
    permission: 'audit:read',
    query: AuditFilter.extend({ format: z.enum(['csv', 'jsonl']) }),
    response: 'raw',
    action: 'export',
  },
  'audit.verify': {
    method: 'POST',
    path: '/api/house/audit/verify',
    summary: 'Check the whole chain: every line, every signed checkpoint',
    permission: 'audit:read',
    response: AuditVerdictView,
    action: 'execute',
    changes: false,
  },
  'audit.ofSubject': {
    method: 'GET',
    path: '/api/patients/:subject/audit',
    summary: 'Who has read or changed the record of this patient',
    permission: 'identity:read',
    params: Subject,
    query: Paging,
    response: AuditPageView.extend({
      /** Reads that the chain does not know: by the command line, of which the store itself keeps a log. */
      commandLine: z.array(z.object({ actor: z.string(), purpose: z.string(), last: z.string(), times: z.number() })),
    }),
  },
  'house.get': {
    method: 'GET',
    path: '/api/house',
    summary: 'State of this installation: version, disk, jobs, packs, knowledge, backup',
    permission: 'house:read',
    response: HouseView,
  },
  'house.checkup': {
    method: 'POST',
    path: '/api/house/checkup',
    summary: 'Examine store and server folder without reading every file; mends what is safe to mend',
    permission: 'house:read',
    response: Checkup,
    action: 'execute',
  },
} as const satisfies Specs;
