import { isIdiographError } from '../../dossier/errors.ts';
import { listPacks } from '../../packs/registry.ts';
import { lineText } from '../../privacy/audit/entry.ts';
import { type AuditQuery, eachAuditLine, readAudit } from '../../privacy/audit/read.ts';
import type { Account, By } from '../accounts/accounts.ts';
import type { LivingSession } from '../accounts/sessions.ts';
import type { AccountView, house, SessionOfAccount } from '../api/house.ts';
import type { Handlers, Who } from '../call.ts';
import { Refusal } from '../http/problem.ts';
import { auditLineView, csvHead, csvRow } from '../views/auditLine.ts';
import type { Workspace } from '../workspace.ts';

/** So many lines are looked at for one page: some 300 ms. Whoever looks for something rare goes on from there. */
const mostLooked = 200_000;

export const houseHandlers: Handlers<typeof house> = {
  'account.get': async ({ who, workspace: { accounts } }) => ({
    account: accountView(await accounts.get(who.id)),
    sessions: sessionViews(await accounts.sessionsOf(who.id), who),
  }),
  'account.signOutElsewhere': async ({ who, workspace: { accounts }, remote }) => {
    await accounts.signOutEverywhere(who.id, by(who, remote), who.session);
    return { sessions: sessionViews(await accounts.sessionsOf(who.id), who) };
  },

  'house.accounts.list': async ({ workspace: { accounts } }) => ({
    accounts: (await accounts.list()).map(accountView),
  }),
  'house.accounts.add': async ({ body, who, workspace: { accounts }, remote, about }) => {
    const { account, generated } = await accounts.addAccount(body, by(who, remote));
    about({ record: account.id });
    return { account: accountView(account), password: generated! };
  },
  'house.accounts.roles': async ({ params, body, who, workspace: { accounts }, remote, about }) => {
    about({ record: params.account });
    return accountView(await orProtected(accounts.setRoles(params.account, body.roles, by(who, remote))));
  },
  'house.accounts.disable': async ({ params, body, who, workspace: { accounts }, remote, about }) => {
    about({ record: params.account });
    const change = body.disabled ? accounts.disable : accounts.enable;
    return accountView(await orProtected(change(params.account, by(who, remote))));
  },
  'house.accounts.reset': async ({ params, who, workspace: { accounts }, remote, about }) => {
    about({ record: params.account });
    const { oidc, name } = await accounts.get(params.account);
    if (oidc !== undefined)
      throw new Refusal(409, {
        code: 'no-password',
        message: `${name} signs in through the identity provider and has no password here.`,
        remedy: 'Have the password set there.',
      });
    const password = await accounts.resetPassword(params.account, by(who, remote));
    return { account: accountView(await accounts.get(params.account)), password };
  },
  'house.accounts.sessions': async ({ params, who, workspace: { accounts }, about }) => {
    about({ record: params.account });
    await accounts.get(params.account);
    return { sessions: sessionViews(await accounts.sessionsOf(params.account), who) };
  },
  'house.accounts.signOut': async ({ params, who, workspace: { accounts }, remote, about }) => {
    about({ record: params.account });
    await accounts.get(params.account);
    await accounts.signOutEverywhere(params.account, by(who, remote));
    return { sessions: sessionViews(await accounts.sessionsOf(params.account), who) };
  },

  'audit.list': async ({ query, workspace, signal, about }) => {
    if (query.subject !== undefined) about({ subject: query.subject });
    const { names, filter } = await auditQuery(workspace, query);
    const { before, limit } = query;
    const page = await readAudit(workspace.home.audit, {
      ...filter,
      limit,
      most: mostLooked,
      signal,
      ...(before !== undefined && { before }),
    });
    return { ...page, lines: page.lines.map((line) => auditLineView(line, names)) };
  },
  'audit.export': async ({ query, workspace, signal, about }) => {
    if (query.subject !== undefined) about({ subject: query.subject });
    const { names, filter } = await auditQuery(workspace, query);
    const lines = eachAuditLine(workspace.home.audit, { ...filter, signal, whole: true });
    async function* texts(): AsyncGenerator<string> {
      if (query.format === 'csv') yield csvHead;
      for await (const line of lines)
        yield query.format === 'csv' ? csvRow(auditLineView(line, names)) : `${lineText(line)}\n`;
    }
    const day = workspace.now().slice(0, 10);
    return new Response(ReadableStream.from(inBlocks(texts())) as ReadableStream<Uint8Array<ArrayBuffer>>, {
      headers: {
        'content-type': query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        'content-disposition': `attachment; filename="audit-${day}.${query.format}"`,
      },
    });
  },
  'audit.verify': async ({ workspace }) => workspace.house.verifyAudit(),
  'audit.ofSubject': async ({ params: { subject }, query, workspace, reader, signal }) => {
    if ((await reader.overview([subject])).length === 0)
      throw new Refusal(404, { code: 'not-found', message: 'There is no such patient.' });
    const names = await namesOf(workspace);
    const { before, limit } = query;
    const page = await readAudit(workspace.home.audit, {
      subject,
      limit,
      most: mostLooked,
      signal,
      ...(before !== undefined && { before }),
    });
    return {
      ...page,
      lines: page.lines.map((line) => auditLineView(line, names)),
      commandLine: await readsBeside(workspace, subject, new Set(names.values())),
    };
  },

  'house.get': async ({ workspace }) => {
    const { house: keeper, home, jobs, places, program, config, siteSignIn, accounts } = workspace;
    const all = await jobs.list();
    const lately = new Date(Date.parse(workspace.now()) - 24 * 3_600_000).toISOString();
    const [disk, audit, knowledge, packs, checkpoint, backup] = await Promise.all([
      keeper.disk(),
      workspace.audit.room(),
      keeper.knowledge(),
      listPacks(places.packsDirectory),
      keeper.lastCheckpoint(),
      keeper.lastBackup(),
    ]);
    const parts = keeper.sizes();
    const checkup = keeper.lastCheckup();
    return {
      program: { ...program, node: process.version, platform: `${process.platform} ${process.arch}` },
      startedAt: keeper.startedAt,
      data: { folder: home.data, ...disk, ...(parts && { parts }) },
      audit,
      ...(checkup && { checkup }),
      jobs: {
        running: all.filter(({ state }) => state === 'running' || state === 'stopping').length,
        queued: all.filter(({ state }) => state === 'queued').length,
        failedLately: all.filter(({ state, finished }) => state === 'failed' && (finished ?? '') >= lately).length,
      },
      packs: packs.map(({ id, title, version, licence, state, problems }) => ({
        id,
        title,
        version,
        licence: licence.spdx,
        ...(licence.restrictions !== undefined && { restrictions: licence.restrictions }),
        state,
        problems,
      })),
      knowledge,
      ...(checkpoint && { checkpoint }),
      ...(backup && { backup }),
      ...(siteSignIn && config.oidc && { provider: { label: siteSignIn.label, issuer: config.oidc.issuer } }),
      limits: {
        idleMinutes: accounts.limits.idleMs / 60_000,
        longestHours: accounts.limits.absoluteMs / 3_600_000,
      },
    };
  },
  'house.checkup': async ({ workspace }) => workspace.house.checkup(),
};

function by(who: Who, remote: string): By {
  return { actor: who.id, roles: who.roles, session: who.session, remote };
}

function accountView({ oidc, ...account }: Account): AccountView {
  return { ...account, ...(oidc && { provider: oidc.issuer }) };
}

function sessionViews(sessions: readonly LivingSession[], who: Who): SessionOfAccount[] {
  return sessions.map((one) => ({ ...one, here: one.id === who.session }));
}

/** The last administrator stays: told with a code of its own, so that the page can say it in its language. */
async function orProtected<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!isIdiographError(error, 'conflict')) throw error;
    throw new Refusal(409, {
      code: 'last-administrator',
      message: error.message,
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    });
  }
}

async function namesOf({ accounts }: Workspace): Promise<Map<string, string>> {
  return new Map((await accounts.list()).map(({ id, name }) => [id, name]));
}

interface Filter extends Pick<AuditQuery, 'subject' | 'action' | 'outcome'> {
  actor?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The filter with the id of the account that was named, and with days as instants. */
async function auditQuery(workspace: Workspace, { subject, actor, action, outcome, from, to }: Filter) {
  const names = await namesOf(workspace);
  const wanted = actor?.toLowerCase();
  const id = [...names].find(([, name]) => name.toLowerCase() === wanted)?.[0] ?? actor;
  const filter: AuditQuery = {
    ...(subject !== undefined && { subject }),
    ...(id !== undefined && { actor: id }),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to.length === 10 ? `${to}T23:59:59.999Z` : to).toISOString() }),
  };
  return { names, filter };
}

/** What the store's own log has of people who are no account: those who work on the command line. */
async function readsBeside({ store }: Workspace, subject: string, accounts: ReadonlySet<string>) {
  const found = new Map<string, { actor: string; purpose: string; last: string; times: number }>();
  for (const { actor, purpose, at } of await store.accessLog(subject)) {
    if (accounts.has(actor) || actor === 'server' || actor === 'anonymous') continue;
    const key = `${actor} ${purpose}`;
    const one = found.get(key) ?? { actor, purpose, last: at, times: 0 };
    found.set(key, { ...one, last: at > one.last ? at : one.last, times: one.times + 1 });
  }
  return [...found.values()].sort((a, b) => (a.last < b.last ? 1 : -1));
}

/** Small texts as blocks that are worth a write. */
async function* inBlocks(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let block = '';
  for await (const text of texts) {
    block += text;
    if (block.length < 65_536) continue;
    yield encoder.encode(block);
    block = '';
  }
  if (block !== '') yield encoder.encode(block);
}
