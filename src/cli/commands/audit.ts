import { join } from 'node:path';
import { instantOf } from '../../dossier/dateTime.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { AuditLine } from '../../privacy/audit/entry.ts';
import { readAudit } from '../../privacy/audit/read.ts';
import { verifyAudit } from '../../privacy/audit/verify.ts';
import type { Command, Invocation, Terminal } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';
import { oneLine } from '../terminal.ts';

export const command: Command = {
  summary: 'Who did what to which patient: lists the audit chain, or checks that nobody has changed it.',
  usage:
    'idiograph audit verify [--against COPY-OF-CHECKPOINTS] | list [--subject ID] [--actor NAME] [--from TIME] [--to TIME] [--limit N] [--before NUMBER]  [--data DIR] [--json]',
  options: {
    ...dataOption,
    subject: { type: 'string' },
    actor: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
    before: { type: 'string' },
    against: { type: 'string' },
  },
  async run({ positionals: [action], options }, terminal) {
    const directory = join(dataConfig(options).directory, 'server', 'audit');
    if (action === 'verify') return verify(directory, options, terminal);
    if (action === 'list') return list(directory, options, terminal);
    throw usage('audit needs "verify" or "list"');
  },
};

async function verify(directory: string, options: Invocation['options'], terminal: Terminal): Promise<number> {
  const { signal } = terminal;
  const verdict = await verifyAudit(directory, {
    signal,
    ...(typeof options.against === 'string' && { against: options.against }),
  });
  terminal.say(
    `${verdict.lines} lines in ${verdict.files} files, ${verdict.checkpoints} signed checkpoints${verdict.from ? `, ${verdict.from} to ${verdict.until}` : ''}`,
  );
  if (verdict.uncovered > 0) {
    terminal.say(
      `the last ${verdict.uncovered} lines have no signed checkpoint yet; the note of the end tells of them`,
    );
  }
  if (verdict.clockBack > 0) terminal.say(`the clock was put back ${verdict.clockBack} times`);
  if (verdict.mended > 0) terminal.say(`what a killed program had left was mended ${verdict.mended} times`);
  if (verdict.openEnded > 0) {
    terminal.say(
      `${verdict.openEnded} changes were begun and no line tells their end: under way, or the program was ended; look whether they were made`,
    );
    for (const { file, line, route, at } of verdict.openEnds.slice(0, 20))
      terminal.say(`  ${file}:${line}  ${at}  ${route}`);
  }
  for (const { file, line, message } of verdict.problems) terminal.warn(`${join(directory, file)}:${line}: ${message}`);
  if (verdict.problemCount > verdict.problems.length) {
    terminal.warn(`and ${verdict.problemCount - verdict.problems.length} more`);
  }
  terminal.say(verdict.intact ? 'intact' : 'NOT INTACT');
  terminal.document({ directory, ...verdict });
  return verdict.intact ? 0 : 1;
}

async function list(directory: string, options: Invocation['options'], terminal: Terminal): Promise<number> {
  const { subject, actor } = options as { subject?: string; actor?: string };
  const page = await readAudit(directory, {
    subject,
    actor,
    from: time('from', options.from),
    to: time('to', options.to),
    limit: whole('limit', options.limit) ?? 100,
    before: whole('before', options.before),
    signal: terminal.signal,
  });
  for (const line of page.lines) terminal.say(oneLine(lineForPeople(line)));
  if (page.lines.length === 0) terminal.say('no line');
  if (page.next !== undefined) terminal.say(`older lines: --before ${page.next}`);
  if (page.damaged > 0) terminal.warn(`${page.damaged} lines cannot be read: run "idiograph audit verify"`);
  terminal.document(page);
  return 0;
}

function lineForPeople(line: AuditLine): string {
  return [
    String(line.seq).padStart(8),
    line.at,
    line.outcome.padEnd(6),
    line.actor,
    line.action,
    line.route,
    line.subject ?? '-',
    line.record ?? '-',
    line.reason ?? '',
  ].join('  ');
}

function time(name: string, text: string | boolean | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const at = instantOf(text);
  if (at === undefined) throw usage(`--${name} needs a date or time such as 2026-11-20T08:00:00Z`);
  return new Date(at).toISOString();
}

function whole(name: string, text: string | boolean | undefined): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`--${name} needs a whole number`);
  return Number(text);
}

function usage(message: string): IdiographError {
  return new IdiographError('usage', message, { remedy: `usage: ${command.usage}` });
}
