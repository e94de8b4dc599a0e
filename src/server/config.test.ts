import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'idiograph-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const oidc = {
  issuer: 'https://idp.example.org/realms/hospital',
  clientId: 'idiograph',
  roleClaim: 'groups',
  roleMap: { doctors: ['clinician'] },
  label: 'Hospital account',
};
function keep(config: unknown, mode = 0o600): void {
  const path = join(folder, 'config.json');
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  chmodSync(path, mode);
}

describe('the configuration of the server', () => {
  it('may be absent: everything is as usual', async () => {
    expect(await readConfig(folder)).toEqual({
      sessions: {},
      rates: {},
      names: [],
      trustedProxy: [],
      connections: { most: 1000, ofOneAddress: 256 },
    });
  });

  it('sets sessions, rates, names', async () => {
    keep({
      sessions: { idleMinutes: 10, longestHours: 8 },
      rates: { anonymous: { perSecond: 5, burst: 20 } },
      names: ['idiograph.example.org'],
      trustedProxy: ['127.0.0.1', '10.0.0.0/8', '::1'],
      connections: { ofOneAddress: 30 },
    });
    expect(await readConfig(folder)).toEqual({
      sessions: { idleMs: 600_000, absoluteMs: 28_800_000 },
      rates: { anonymous: { perSecond: 5, burst: 20 } },
      names: ['idiograph.example.org'],
      trustedProxy: ['127.0.0.1', '10.0.0.0/8', '::1'],
      connections: { most: 1000, ofOneAddress: 30 },
    });
  });

  it.each<[string, unknown, RegExp, RegExp]>([
    ['a misspelt key', { session: {} }, /no setting "session"/, /oidc, sessions, rates, names/],
    ['one further in', { sessions: { idleMinuts: 3 } }, /sessions: there is no setting "idleMinuts"/, /idleMinutes/],
    ['one of the provider', { oidc: { ...oidc, isuer: 'x' } }, /oidc: there is no setting "isuer"/, /issuer/],
    ['a value out of range', { sessions: { idleMinutes: 0 } }, /sessions\.idleMinutes/, /docs\/accounts\.md/],
    ['a role that is none', { oidc: { ...oidc, roleMap: { a: ['king'] } } }, /oidc\.roleMap\.a/, /docs/],
    ['a proxy without a name', { trustedProxy: ['127.0.0.1'] }, /trustedProxy: a proxy needs a name/, /"names"/],
    [
      'a proxy by a name',
      { names: ['a.example'], trustedProxy: ['proxy.example'] },
      /trustedProxy\.0: an address/,
      /docs/,
    ],
    ['a name with a scheme', { names: ['https://a.example'] }, /names\.0: a name such as/, /docs/],
    ['a comma too many', '{"names": [],}', /not JSON .*(line 1|position)/, /comma/],
  ])('refuses %s with place and remedy', async (_, config, message, remedy) => {
    keep(config);
    const refused = await readConfig(folder).catch((error) => error);
    expect(refused).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
    expect(refused.remedy).toMatch(remedy);
  });
});

describe('the secret of the client', () => {
  it('may stand in a file that only its owner reads', async () => {
    keep({ oidc: { ...oidc, clientSecret: 'open sesame' } });
    expect((await readConfig(folder)).oidc).toMatchObject({ clientSecret: 'open sesame', newAccounts: true });
  });

  it.each([
    0o640, 0o604, 0o666,
  ])('is refused where others can read it (mode %o), without repeating it', async (mode) => {
    keep({ oidc: { ...oidc, clientSecret: 'open sesame' } }, mode);
    const refused = await readConfig(folder).catch((error) => error);
    expect(refused).toMatchObject({ code: 'usage', remedy: expect.stringContaining('chmod 600') });
    expect(JSON.stringify([refused.message, refused.remedy, refused.fields])).not.toContain('sesame');
  });

  it('without one, the mode of the file does not matter', async () => {
    keep({ oidc }, 0o644);
    expect((await readConfig(folder)).oidc).not.toHaveProperty('clientSecret');
  });

  it('comes from a variable', async () => {
    keep({ oidc: { ...oidc, clientSecret: 'env:OIDC_SECRET' } }, 0o644);
    expect((await readConfig(folder, { OIDC_SECRET: 'x1' })).oidc?.clientSecret).toBe('x1');
    await expect(readConfig(folder, {})).rejects.toThrow(/OIDC_SECRET is not set/);
  });

  it('comes from a file of its own, which others must not read', async () => {
    keep({ oidc: { ...oidc, clientSecret: 'file:oidc.secret' } }, 0o644);
    await expect(readConfig(folder)).rejects.toThrow(/oidc\.secret cannot be read/);
    writeFileSync(join(folder, 'oidc.secret'), 'x2\n', { mode: 0o600 });
    expect((await readConfig(folder)).oidc?.clientSecret).toBe('x2');
    chmodSync(join(folder, 'oidc.secret'), 0o644);
    await expect(readConfig(folder)).rejects.toThrow(/others can read/);
  });
});
