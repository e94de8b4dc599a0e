import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { openAudit } from '../../privacy/audit/audit.ts';
import { type Account, type Accounts, openAccounts } from '../../server/accounts/accounts.ts';
import type { Command, Invocation, Terminal } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';

export const command: Command = {
  summary: 'Accounts of the workspace: who may sign in and as what. Works while the server runs.',
  usage:
    'idiograph accounts list | add NAME --roles ROLE,ROLE | reset NAME | disable NAME | enable NAME | roles NAME --roles ROLE,ROLE  [--data DIR] [--json]',
  options: { ...dataOption, roles: { type: 'string' } },
  async run({ positionals: [action = 'list', name], options }, terminal) {
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (work === undefined) throw usage(`accounts has no action "${action}"`);
    if (action !== 'list' && name === undefined) throw usage(`accounts ${action} needs a NAME`);
    const data = dataConfig(options).directory;
    if (!existsSync(data)) {
      throw new IdiographError('not-found', `there is no data folder ${data}`, {
        remedy: 'Name one with --data DIR, or make one with "idiograph serve --data DIR".',
      });
    }
    const server = join(data, 'server');
    const audit = await openAudit(join(server, 'audit'), { now: terminal.now });
    try {
      const accounts = await openAccounts(server, { now: terminal.now, randomBytes, record: audit.append });
      try {
        await work({ accounts, name: name ?? '', options, terminal });
        if (action === 'list') {
          await audit.append({ ...by(terminal), action: 'read', route: 'accounts.list', outcome: 'ok' });
        }
        return 0;
      } catch (error) {
        await audit.append({ ...by(terminal), action: 'execute', route: `accounts.${action}`, outcome: 'failed' });
        throw error;
      } finally {
        await accounts.close();
      }
    } finally {
      await audit.close();
    }
  },
};

interface Asked {
  accounts: Accounts;
  name: string;
  options: Invocation['options'];
  terminal: Terminal;
}

const by = (terminal: Terminal) => ({ actor: `cli:${terminal.actor}` });

const actions: Record<string, (asked: Asked) => Promise<void>> = {
  async list({ accounts, terminal }) {
    const all = await accounts.list();
    for (const one of all) {
      const marks = [
        ...(one.disabled ? ['disabled'] : []),
        ...(one.mustChangePassword ? ['must change its password'] : []),
        ...(one.oidc ? [`signs in through ${one.oidc.issuer}`] : []),
      ];
      terminal.say(`${one.name}  ${one.roles.join(',')}${marks.length > 0 ? `  (${marks.join('; ')})` : ''}`);
    }
    if (all.length === 0) terminal.say('no account; the first start of "idiograph serve" makes one');
    terminal.document({ accounts: all });
  },

  async add({ accounts, name, options, terminal }) {
    const { account, generated } = await accounts.addAccount({ name, roles: rolesOf(options) }, by(terminal));
    terminal.say(`${account.name} added (${account.roles.join(', ')}). Password, shown this once: ${generated}`);
    terminal.say('It must be changed at the first sign-in.');
    terminal.document({ account, password: generated });
  },

  async reset({ accounts, name, terminal }) {
    const account = await named(accounts, name);
    const password = await accounts.resetPassword(account.id, by(terminal));
    terminal.say(`New password of ${account.name}, shown this once: ${password}`);
    terminal.say('Its sessions have ended; it must be changed at the next sign-in.');
    terminal.document({ account: await accounts.get(account.id), password });
  },

  async disable({ accounts, name, terminal }) {
    const account = await accounts.disable((await named(accounts, name)).id, by(terminal));
    terminal.say(`${account.name} is disabled and its sessions have ended`);
    terminal.document({ account });
  },

  async enable({ accounts, name, terminal }) {
    const account = await accounts.enable((await named(accounts, name)).id, by(terminal));
    terminal.say(`${account.name} may sign in again`);
    terminal.document({ account });
  },

  async roles({ accounts, name, options, terminal }) {
    const { id } = await named(accounts, name);
    const account = await accounts.setRoles(id, rolesOf(options), by(terminal));
    terminal.say(`${account.name}: ${account.roles.join(', ')}`);
    terminal.document({ account });
  },
};

async function named(accounts: Accounts, name: string): Promise<Account> {
  const account = await accounts.byName(name);
  if (account !== undefined) return account;
  throw new IdiographError('not-found', `there is no account "${name}"`, {
    remedy: 'List them with "idiograph accounts list".',
  });
}

function rolesOf(options: Invocation['options']): string[] {
  if (typeof options.roles !== 'string') throw usage('this needs --roles');
  return options.roles.split(',').map((role) => role.trim());
}

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}
