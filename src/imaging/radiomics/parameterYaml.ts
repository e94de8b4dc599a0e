import type { Json } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';

interface Line {
  number: number;
  indent: number;
  text: string;
}

/** Longer files are no parameter files. */
const mostCharacters = 100_000;

/**
 * The part of YAML in which parameter files are written: mappings by indentation, lists with dashes or in brackets, plain
 * and quoted scalars, `{}` and comments. Anything else - anchors, tags, several documents, block text, tabs - is refused
 * with the line, so that nothing is read as something it is not. Throws `usage`.
 */
export function readParameterYaml(text: string): Json {
  if (text.length > mostCharacters)
    throw new IdiographError('usage', `a parameter file has at most ${mostCharacters} characters`);
  const lines: Line[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = withoutComment(raw);
    if (line.trim() === '' || (line.trim() === '---' && lines.length === 0)) continue;
    if (/^\s*\t/.test(line)) throw wrong(index + 1, 'is indented with a tab');
    lines.push({ number: index + 1, indent: line.length - line.trimStart().length, text: line.trim() });
  }
  if (lines.length === 0) return {};
  const reader = { lines, next: 0 };
  const value = block(reader, lines[0]!.indent, 0);
  const rest = lines[reader.next];
  if (rest) throw wrong(rest.number, 'is indented otherwise than the lines before it');
  return value;
}

function wrong(line: number, what: string): IdiographError {
  return new IdiographError('usage', `line ${line} of the parameter file ${what}`, {
    remedy: 'Write plain mappings, lists and numbers, or give the parameters as JSON.',
  });
}

function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && (at === 0 || /\s/.test(line[at - 1]!))) return line.slice(0, at).trimEnd();
  }
  return line.trimEnd();
}

function block(reader: { lines: Line[]; next: number }, indent: number, depth: number): Json {
  const { lines } = reader;
  if (depth > 8) throw wrong(lines[reader.next]!.number, 'is nested too deeply');
  if (lines[reader.next]!.text.startsWith('- ')) {
    const list: Json[] = [];
    for (
      let line = lines[reader.next];
      line?.indent === indent && line.text.startsWith('- ');
      line = lines[reader.next]
    ) {
      list.push(scalar(line.text.slice(2).trim(), line.number));
      reader.next++;
    }
    return list;
  }
  const map: Record<string, Json> = {};
  for (let line = lines[reader.next]; line?.indent === indent; line = lines[reader.next]) {
    const found = /^("[^"]*"|'[^']*'|[^:[\]{}"'&*!|>%@`-][^:]*?)\s*:(?:\s+(.*))?$/.exec(line.text);
    if (!found) throw wrong(line.number, 'is no `name: value`');
    const key = found[1]!.replace(/^(["'])(.*)\1$/, '$2');
    if (Object.hasOwn(map, key)) throw wrong(line.number, `names ${key} a second time`);
    reader.next++;
    const after = lines[reader.next];
    const isList = after?.text.startsWith('- ') === true && after.indent >= indent;
    if (found[2] !== undefined) map[key] = scalar(found[2], line.number);
    else if (after && (after.indent > indent || isList)) map[key] = block(reader, after.indent, depth + 1);
    else map[key] = null;
  }
  return map;
}

function scalar(text: string, line: number): Json {
  if (text.startsWith('[')) {
    if (!text.endsWith(']')) throw wrong(line, 'opens a list that it does not close');
    const inner = text.slice(1, -1).trim();
    if (/[[\]{}]/.test(inner)) throw wrong(line, 'holds a list within a list');
    return inner === '' ? [] : inner.split(',').map((item) => scalar(item.trim(), line));
  }
  if (text === '{}') return {};
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (quoted) return quoted[2]!;
  if (/^[&*!|>%@`{"'?]/.test(text)) throw wrong(line, `holds ${text[0]}, which is not read here`);
  if (text === '' || text === '~' || /^(null|none)$/i.test(text)) return null;
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text;
}
