import { IdiographError } from '../../dossier/errors.ts';
import { mergeSubjects } from '../../join/merge.ts';
import type { TransferReport } from '../../join/order.ts';
import { undoTransfer } from '../../join/undo.ts';
import type { Command, Invocation, Terminal } from '../command.ts';
import { dataOption, openExisting } from '../dataFolder.ts';

export const command: Command = {
  summary:
    'Declares that two subjects are one person: the data of the first are taken in by the second. --undo takes a merge or split back.',
  usage: 'idiograph merge SUBJECT --into SUBJECT --reason TEXT | --undo ACT --reason TEXT [--data DIR] [--json]',
  options: { ...dataOption, into: { type: 'string' }, undo: { type: 'string' }, reason: { type: 'string' } },
  async run({ positionals: [from, ...more], options }, terminal) {
    const { into, undo } = options as { into?: string; undo?: string };
    const isMerge = from !== undefined && into !== undefined && undo === undefined;
    const isUndo = from === undefined && into === undefined && undo !== undefined;
    if (!(isMerge || isUndo) || more.length > 0) {
      throw new IdiographError('usage', 'name one subject and --into another, or --undo an act', {
        remedy: `usage: ${command.usage}`,
      });
    }
    const order = orderOf(options, terminal, command.usage);
    const store = await openExisting(options);
    try {
      const report = isMerge
        ? await mergeSubjects(store, { from, into }, order)
        : await undoTransfer(store, undo!, order);
      sayTransfer(report, terminal);
      return 0;
    } finally {
      await store.close();
    }
  },
};

/** Throws `usage` without a reason. */
export function orderOf({ reason }: Invocation['options'], terminal: Terminal, usage: string) {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new IdiographError('usage', 'whose data these are is decided with a --reason', { remedy: `usage: ${usage}` });
  }
  return {
    actor: terminal.actor,
    reason,
    at: terminal.now(),
    signal: terminal.signal,
    onFile: (done: number, total: number) => terminal.progress(`copying ${done} of ${total} files`),
  };
}

/** What was done, what has to be looked at, and what to run next. */
export function sayTransfer(report: TransferReport, terminal: Terminal): void {
  const { act, type, from, into, sources, entries, identities, held, withdrawn, review, created } = report;
  const doing = {
    merge: `${from} is now ${into}`,
    split: `out of ${from} into ${into}`,
    undo: `from ${from} back to ${into}`,
  };
  terminal.say(
    `${doing[type]}${created ? ' (new)' : ''}: ${count(sources.length, 'source')}, ${count(identities.length, 'identity', 'identities')}, ${count(entries.length, 'entry', 'entries')}.`,
  );
  if (held.length > 0) terminal.say(`${into} had ${held.length} of them already.`);
  if (withdrawn.length > 0) terminal.say(`${count(withdrawn.length, 'result')} of ${from} stepped back.`);
  for (const id of review)
    terminal.warn(`${id} stays with ${from} although it is partly about what was moved: look at it.`);
  for (const one of report.issues) {
    if (one.severity !== 'info')
      terminal.warn(`${one.severity}: ${one.message}${one.remedy ? ` Remedy: ${one.remedy}` : ''}`);
  }
  const next = type === 'merge' ? [into] : [from, into];
  terminal.say(`Next: ${next.map((id) => `idiograph workup --subject ${id}`).join('; ')}, then plan and report anew.`);
  if (type !== 'undo') terminal.say(`To take it back: idiograph merge --undo ${act} --reason TEXT`);
  terminal.document(report);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
