import { FhirPathError } from './scope.ts';

export type Token = { kind: 'name' | 'number' | 'string' | 'variable' | 'sign' | 'end'; text: string };
const tokenPattern =
  /\s+|\/\/[^\n]*|(?<number>\d+(?:\.\d+)?)|'(?<string>(?:[^'\\]|\\.)*)'|%(?:`(?<quotedVariable>[^`]*)`|(?<variable>[A-Za-z_][A-Za-z0-9_-]*))|`(?<quoted>[^`]*)`|(?<name>\$?[A-Za-z_][A-Za-z0-9_]*)|(?<sign><=|>=|!=|!~|[-+*/=~<>|&.,()[\]{}])/y;

export function tokens(expression: string): Token[] {
  const found: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < expression.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(expression);
    if (!match?.groups) throw new FhirPathError(`cannot read "${expression.slice(at, at + 20)}"`);
    const { number, string, variable, quotedVariable, quoted, name, sign } = match.groups;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (string !== undefined) found.push({ kind: 'string', text: string.replace(/\\(.)/g, '$1') });
    else if (variable !== undefined || quotedVariable !== undefined)
      found.push({ kind: 'variable', text: variable ?? quotedVariable! });
    else if (quoted !== undefined || name !== undefined) found.push({ kind: 'name', text: quoted ?? name! });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  return [...found, { kind: 'end', text: '' }];
}
