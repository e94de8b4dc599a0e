import { IdiographError } from '../dossier/errors.ts';

/** Options of a command as what they mean; each throws `usage` for what it cannot be. */
export interface Given {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  /** Within both limits where they are named. */
  number(name: string, least?: number, most?: number): number | undefined;
  whole(name: string, least: number, most: number): number | undefined;
  oneOf<T extends string>(name: string, names: readonly T[]): T | undefined;
}

export function givenOf(options: Readonly<Record<string, string | boolean | undefined>>): Given {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const numberOf = (name: string, kind: string, fits: (value: number) => boolean): number | undefined => {
    const said = text(name);
    if (said === undefined) return undefined;
    const value = said.trim() === '' ? Number.NaN : Number(said);
    if (Number.isFinite(value) && fits(value)) return value;
    throw new IdiographError('usage', `--${name} wants ${kind}, not "${said}"`);
  };
  return {
    text,
    flag: (name) => options[name] === true,
    number(name, least = -Infinity, most = Infinity) {
      const limits = Number.isFinite(least) || Number.isFinite(most) ? ` from ${least} to ${most}` : '';
      return numberOf(name, `a number${limits}`, (value) => value >= least && value <= most);
    },
    whole(name, least, most) {
      const kind = `a whole number from ${least} to ${most}`;
      return numberOf(name, kind, (value) => Number.isInteger(value) && value >= least && value <= most);
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
