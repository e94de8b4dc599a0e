import type { Entry } from '../dossier/entry.ts';
import { loneEntry, type Said } from './author.ts';
import type { CommandOf } from './command.ts';
import { statedAs } from './forms.ts';
import type { ReviewInput } from './input.ts';

/** What a reader would do by their own judgement, before or after reading the plan. Each statement is kept as it was made. */
export function stateWorkingDecision(input: ReviewInput, command: CommandOf<'working-decision'>, said: Said): Entry[] {
  const { phase, text, confidencePercent } = command;
  const { plan } = input;
  const entry = loneEntry(
    {
      subject: plan.subject,
      type: 'decision',
      slot: `${plan.subject}|working-decision|${phase}|${said.author.name}`,
      targets: phase === 'after' ? [plan.run.id] : [],
      text,
      content: {
        form: 'working-decision',
        phase,
        ...(confidencePercent === undefined ? {} : { confidencePercent }),
        ...(phase === 'after' ? { planRun: plan.run.id } : {}),
      },
    },
    said,
  );
  return [entry];
}

export interface WorkingDecisionView {
  entry: string;
  text: string;
  confidencePercent: number | undefined;
  at: string;
}

/** One reader's judgement around one reading of the plan. */
export interface Reading {
  author: string;
  role: string;
  before: WorkingDecisionView | undefined;
  after: WorkingDecisionView | undefined;
  /** The reader had decided on a line before stating the decision "before": it is not blind to the plan. */
  late: boolean;
}

/** Readings by reader, in the order in which they began; a second statement before reading opens a new one. */
export function readings(entries: readonly Entry[]): Reading[] {
  const decided = statedAs(entries, 'decision').map(({ entry }) => entry);
  const found: Reading[] = [];
  for (const { entry, content } of statedAs(entries, 'working-decision')) {
    const view: WorkingDecisionView = {
      entry: entry.id,
      text: entry.text ?? '',
      confidencePercent: content.confidencePercent,
      at: entry.at,
    };
    const open = found.findLast((one) => one.author === entry.author);
    if (content.phase === 'after' && open !== undefined && open.after === undefined) {
      open.after = view;
      continue;
    }
    const since = open?.after?.at ?? '';
    found.push({
      author: entry.author,
      role: entry.role,
      before: content.phase === 'before' ? view : undefined,
      after: content.phase === 'after' ? view : undefined,
      late:
        content.phase === 'before' &&
        decided.some(({ author, at }) => author === entry.author && at >= since && at < entry.at),
    });
  }
  return found;
}
