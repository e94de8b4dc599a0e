import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isIdiographError } from '../../dossier/errors.ts';
import { verifyAudit } from '../../privacy/audit/verify.ts';
import { backup, restore } from '../../store/maintenance.ts';
import { openWorkspace } from '../openWorkspace.ts';
import { backupServer, type ServerBackup } from './backupServer.ts';
import { examineServer } from './examineServer.ts';
import { type RestoredChain, restoreServer } from './restoreServer.ts';

const by = { actor: 'test' };
const keeper = { purpose: 'maintenance', actor: 'keeper' } as const;
const cheap = { memoryKiB: 1024, passes: 1, lanes: 1 };
const now = () => new Date().toISOString();
let top: string;
let data: string;
let workspace: Awaited<ReturnType<typeof openWorkspace>>;
let beside: ServerBackup | undefined;

const open = (folder: string) => openWorkspace({ data: folder, version: '0.0.0', now, passwordCost: cheap });
async function makeBackup(name: string, withSecrets = false): Promise<string> {
  const to = join(top, name);
  await backup(workspace.store, to, keeper, {
    async beside(directory) {
      beside = await backupServer(workspace.home, directory, { now, actor: 'cli:keeper', withSecrets });
      return beside.files;
    },
  });
  return to;
}
async function restoreInto(name: string, from: string, keyFile?: string) {
  const directory = join(top, name);
  let chain: RestoredChain | undefined;
  await restore(
    from,
    { engine: 'sqlite', directory },
    {
      async before(partial) {
        chain = await restoreServer(partial, { keyFile, now, actor: 'cli:keeper' });
      },
    },
  );
  return { directory, chain };
}

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'idiograph-backup-'));
  data = join(top, 'data');
  await mkdir(join(data, 'server'), { recursive: true });
  const oidc = {
    issuer: 'https://idp.example.org',
    clientId: 'idiograph',
    clientSecret: 'open sesame',
    roleClaim: 'groups',
    roleMap: { doctors: ['clinician'] },
    label: 'Hospital',
  };
  await writeFile(join(data, 'server', 'config.json'), JSON.stringify({ oidc }), { mode: 0o600 });
  workspace = await open(data);
  await workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 'Example', composite: false, synthetic: true },
  ]);
});
afterEach(async () => {
  await workspace.close();
  await rm(top, { recursive: true, force: true });
});

describe('a backup of the server that is running', () => {
  it('is restored with accounts, drafts and a chain that verifies and goes on', async () => {
    const { account } = await workspace.accounts.addAccount({ name: 'ada', roles: ['administrator'] }, by);
    await workspace.accounts.setPassword(account.id, 'a password for tests', by);
    const from = { name: 'ada', password: 'a password for tests', remote: '127.0.0.1' };
    const signed = await workspace.accounts.signIn(from);
    if (!signed.ok) throw new Error('refused');
    const key = { subject: 's1', instrument: 'phq-9', account: account.id };
    await workspace.drafts.save(key, { answers: { '1': 2 }, filledBy: 'patient', basedOn: 0, at: now() });
    let writing = true;
    const busy = (async () => {
      while (writing) {
        await workspace.audit.append({ actor: 'x', action: 'read', route: 'y', outcome: 'ok' });
        await sleep(3);
      }
    })();
    const at = await makeBackup('one');
    writing = false;
    await busy;

    const copy = join(top, 'audit.key');
    await copyFile(join(data, 'server', 'audit.key'), copy);
    const { directory, chain } = await restoreInto('two', at, copy);
    expect(chain?.verdict).toMatchObject({ intact: true, uncovered: 0, lines: beside?.lines });
    await writeFile(join(directory, 'server', 'config.json'), '{}', { mode: 0o600 });
    const again = await open(directory);
    try {
      expect(await again.accounts.session(signed.token)).toBeUndefined();
      expect(await again.accounts.signIn(from)).toMatchObject({ ok: true });
      expect(await again.drafts.get(key)).toMatchObject({ answers: { '1': 2 } });
    } finally {
      await again.close();
    }
    const after = await verifyAudit(join(directory, 'server', 'audit'));
    expect(after).toMatchObject({ intact: true });
    expect(after.lines).toBeGreaterThan(beside!.lines!);
    expect(await examineServer(again.home, { chain: true })).toEqual([]);
  }, 60_000);

  it('leaves secrets out unless asked for, and says so', async () => {
    const without = await makeBackup('without');
    expect(existsSync(join(without, 'server', 'audit.key'))).toBe(false);
    expect(await readFile(join(without, 'server', 'config.json'), 'utf8')).not.toContain('sesame');
    expect(beside?.issues.map(({ code }) => code)).toEqual(['secret-left-out', 'key-left-out']);
    const { chain, directory } = await restoreInto('restored', without);
    expect(chain).toEqual({ verdict: undefined });
    await expect(open(directory)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/not set/) });

    const whole = await makeBackup('whole', true);
    expect(beside?.issues).toEqual([]);
    expect((await stat(join(whole, 'server', 'audit.key'))).mode & 0o077).toBe(0);
    expect((await restoreInto('restored-whole', whole)).chain?.verdict).toMatchObject({ intact: true });
  });

  it('holds nothing that opens a session', async () => {
    const { account } = await workspace.accounts.addAccount({ name: 'ada', roles: ['viewer'] }, by);
    await workspace.accounts.makeCode(account.id, by);
    const at = await makeBackup('one');
    const raw = new DatabaseSync(join(at, 'server', 'accounts.sqlite'), { readOnly: true });
    const rows = (table: string) => raw.prepare(`select count(*) as n from ${table}`).get()?.['n'];
    expect(['account', 'session', 'code', 'failure', 'oidc_attempt'].map(rows)).toEqual([1, 0, 0, 0, 0]);
    raw.close();
  });

  it('is refused where a file was changed or is missing, and nothing is restored', async () => {
    const at = await makeBackup('one', true);
    const path = join(at, 'server', 'audit', 'chain-000000000001.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('idiograph', 'idiogroph'));
    await expect(restoreInto('two', at)).rejects.toMatchObject({ code: 'integrity' });
    expect(existsSync(join(top, 'two', 'server'))).toBe(false);
  });

  it('with a manifest that leads out of the folder is no backup', async () => {
    const at = await makeBackup('one');
    const manifest = join(at, 'backup.json');
    const json = JSON.parse(await readFile(manifest, 'utf8'));
    for (const path of ['../../evil', '/etc/passwd', 'server/../../x', 'a\\..\\b']) {
      await writeFile(manifest, JSON.stringify({ ...json, others: [{ ...json.others[0], path }] }));
      await expect(restoreInto(`to-${randomBytes(4).toString('hex')}`, at)).rejects.toMatchObject({
        code: 'integrity',
      });
    }
  });

  it('with the key of another chain is not restored', async () => {
    const at = await makeBackup('one');
    const other = join(top, 'other.key');
    await writeFile(other, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    const refused = await restoreInto('two', at, other).catch((error: unknown) => error);
    expect(isIdiographError(refused, 'integrity')).toBe(true);
  });

  it('of a chain that does not hold is made all the same, and says where', async () => {
    const path = join(data, 'server', 'audit', 'chain-000000000001.jsonl');
    for (let i = 0; i < 3; i++) await workspace.audit.append({ ...by, action: 'read', route: 'y', outcome: 'ok' });
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"route":"y"', '"route":"z"'));
    await makeBackup('one');
    expect(beside?.issues.filter(({ severity }) => severity === 'error').map(({ place }) => place)).toEqual(
      expect.arrayContaining([expect.stringMatching(/chain-000000000001\.jsonl:1$/)]),
    );
    expect((await examineServer(workspace.home, { chain: true })).map(({ code }) => code)).toContain('audit-changed');
    await writeFile(path, text);
  });
});
