import { IdiographError } from '../../dossier/errors.ts';
import { addPack, listPacks, type PackState, packsDirectory, removePack, verifyPack } from '../../packs/registry.ts';
import type { Command, Terminal } from '../command.ts';

export const command: Command = {
  summary: 'Third-party packs (network weights, tables): what can be added, what is installed, under which licence.',
  usage: 'idiograph packs list | add ID --from FOLDER_OR_URL_OR_TGZ | verify [ID] | remove ID  [--packs DIR] [--json]',
  options: { from: { type: 'string' }, packs: { type: 'string' } },
  async run({ positionals: [action = 'list', id], options }, terminal) {
    const directory = (options.packs as string | undefined) ?? packsDirectory();
    switch (action) {
      case 'list': {
        const states = await listPacks(directory);
        for (const state of states) sayState(state, terminal);
        terminal.say(`\npacks are kept in ${directory}`);
        terminal.document({ directory, packs: states });
        return 0;
      }
      case 'add': {
        const from = options.from;
        if (id === undefined || typeof from !== 'string')
          throw usage('packs add needs an ID and --from FOLDER_OR_URL_OR_TGZ');
        terminal.progress(`installing ${id}: reading, converting, verifying`);
        const manifest = await addPack(id, { from, directory, signal: terminal.signal });
        const { licence } = manifest;
        terminal.say(
          `${id} ${manifest.version} installed: ${manifest.files.length} files${manifest.conversion ? `, converted by ${manifest.conversion.by} and verified` : ', verified'}`,
        );
        terminal.say(
          `Licence ${licence.spdx}. ${licence.attribution}.${licence.restrictions ? ` ${licence.restrictions}` : ''}`,
        );
        terminal.document(manifest);
        return 0;
      }
      case 'verify': {
        const ids =
          id === undefined
            ? (await listPacks(directory)).filter((one) => one.state !== 'absent').map((one) => one.id)
            : [id];
        const states = await Promise.all(ids.map((one) => verifyPack(one, directory)));
        for (const state of states) sayState(state, terminal);
        if (states.length === 0) terminal.say('no pack is installed');
        terminal.document(states);
        return states.every((one) => one.state === 'installed') ? 0 : 1;
      }
      case 'remove': {
        if (id === undefined) throw usage('packs remove needs an ID');
        await removePack(id, directory);
        terminal.say(`${id} removed. Findings that it made keep its hash and licence.`);
        terminal.document({ removed: id });
        return 0;
      }
      default:
        throw usage(`packs has no action "${action}"`);
    }
  },
};

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}

function sayState(state: PackState, terminal: Terminal): void {
  terminal.say(`${state.state.padEnd(9)} ${state.id} ${state.version}: ${state.title}`);
  terminal.say(`          licence ${state.licence.spdx}, ${state.licence.attribution}; from ${state.origin}`);
  for (const problem of state.problems) terminal.warn(`          ${problem}`);
}
