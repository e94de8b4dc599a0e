import { IdiographError } from '../../dossier/errors.ts';
import { why, whyText } from '../../store/why.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

export const command: Command = {
  summary:
    'Walks any finding, plan line, check, artifact or source back to the bytes it rests on and forward to all that used it.',
  usage: 'idiograph why ID [--data DIR] [--depth N] [--json]',
  options: { ...dataOption, depth: { type: 'string' } },
  async run({ positionals: [id], options }, terminal) {
    if (id === undefined)
      throw new IdiographError('usage', 'name the id to explain', {
        remedy: 'Ids stand in findings.json, plan.json and beside each line of the report.',
      });
    const depth = options.depth === undefined ? undefined : Number(options.depth);
    if (depth !== undefined && !(Number.isInteger(depth) && depth >= 0))
      throw new IdiographError('usage', `--depth ${options.depth} is not a number of steps`, {
        remedy: 'A whole number, for example 3.',
      });
    const store = await openExisting(options, true);
    try {
      const found = await why(store.reading({ purpose: 'care', actor: terminal.actor }), id, { depth });
      terminal.say(whyText(found));
      terminal.document(found);
      return 0;
    } finally {
      await store.close();
    }
  },
};
