import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorkspace } from '../../src/server/openWorkspace.ts';
import { idiograph } from './cli.ts';

const top = mkdtempSync(join(tmpdir(), 'idiograph-backup-'));
const data = join(top, 'data');
const now = () => new Date().toISOString();
let workspace: Awaited<ReturnType<typeof openWorkspace>>;

beforeAll(async () => {
  workspace = await openWorkspace({ data, version: '0.0.0', now });
  await workspace.accounts.firstAccount({ actor: 'test' });
  await workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 'Example', composite: false, synthetic: true },
  ]);
  const key = { subject: 's1', instrument: 'phq-9', account: 'a' };
  await workspace.drafts.save(key, { answers: { '1': 2 }, filledBy: 'patient', basedOn: 0, at: now() });
});
afterAll(async () => {
  await workspace.close();
  rmSync(top, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const outcome = await idiograph(...args, '--json');
  return { ...outcome, document: outcome.stdout === '' ? undefined : JSON.parse(outcome.stdout) };
}

it('a data folder whose server runs is backed up, restored with a chain that verifies, and examined', async () => {
  const backup = join(top, 'backup');
  const made = await run('backup', backup, '--data', data);
  expect(made).toMatchObject({ code: 0, document: { others: expect.any(Number) } });
  expect(made.document.auditLines).toBeGreaterThan(1);
  expect(made.stderr).toMatch(/key of the audit chain is not in the backup/);
  expect(await workspace.house.lastBackup()).toMatchObject({ complete: true });

  const restored = join(top, 'restored');
  const without = await run('restore', backup, '--data', restored);
  expect(without).toMatchObject({ code: 0, document: { audit: null } });
  expect(without.stderr).toMatch(/not verified/);
  expect((await run('doctor', '--data', restored)).document.issues).toMatchObject([{ code: 'audit-unverified' }]);

  const key = join(top, 'copy-of.key');
  copyFileSync(join(data, 'server', 'audit.key'), key);
  const again = join(top, 'again');
  expect(await run('restore', backup, '--audit-key', key, '--data', again)).toMatchObject({
    code: 0,
    document: { audit: { intact: true, problems: [] } },
  });
  expect(await run('audit', 'verify', '--data', again)).toMatchObject({ code: 0, document: { intact: true } });
  expect(await run('doctor', '--data', again)).toMatchObject({ code: 0, document: { healthy: true, issues: [] } });
  expect((await run('accounts', 'list', '--data', again)).document.accounts).toMatchObject([{ name: 'owner' }]);
}, 60_000);

it('an erasure on the command line is told to the chain by its opaque id, and the running server forgets the draft', async () => {
  const erased = await run('erase', 's1', '--reason', 'asked for by the person', '--data', data);
  expect(erased.code).toBe(0);
  await expect.poll(() => workspace.drafts.list('s1', 'a'), { timeout: 10_000 }).toEqual([]);
  const { document } = await run('audit', 'list', '--subject', 's1', '--data', data);
  expect(document.lines[0]).toMatchObject({ route: 'erase', action: 'delete', subject: 's1' });
  expect(JSON.stringify(document.lines[0])).not.toContain('asked for');
  expect(existsSync(join(data, 'server', 'audit.key'))).toBe(true);
}, 30_000);
