import { IdiographError } from '../dossier/errors.ts';

/** Options of a command as what they mean; each throws `usage` for what it cannot be. */
export interface Given {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  number(name: string): number | undefined;
  oneOf<T extends string>(name: string, names: readonly T[]): T | undefined;
}

export function givenOf(options: Readonly<Record<string, string | boolean | undefined>>): Given {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  return {
    text,
    flag: (name) => options[name] === true,
    number(name) {
      const said = text(name);
      if (said === undefined) return undefined;
      const value = Number(said);
      if (said.trim() === '' || !Number.isFinite(value))
        throw new IdiographError('usage', `--${name} wants a number, not "${said}"`);
      return value;
    },
    oneOf(name, names) {
      const said = text(name);
      const found = names.find((one) => one === said);
      if (said !== undefined && found === undefined)
        throw new IdiographError('usage', `there is no ${name} "${said}"`, { remedy: `Use ${names.join(', ')}.` });
      return found;
    },
  };
}
