import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { api } from '../../src/server/api/index.ts';

const page = join(import.meta.dirname, '..', '..', 'web', 'src');

/** Every key of a language with its text; the first part of a key is the name of the file. */
function messagesOf(language: string): Map<string, string> {
  const folder = join(page, 'messages', language);
  const all = new Map<string, string>();
  const collect = (key: string, value: unknown): void => {
    if (typeof value === 'string') all.set(key, value);
    else for (const [name, one] of Object.entries(value as object)) collect(`${key}.${name}`, one);
  };
  for (const file of readdirSync(folder))
    collect(basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return all;
}

const english = messagesOf('en');
const german = messagesOf('de');
const code = readdirSync(page, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
  .map((name) => readFileSync(join(page, name), 'utf8'))
  .join('\n');
/** Without the ending that the number chooses. */
const stem = (key: string) => key.replace(/_(zero|one|other)$/, '');
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

describe('messages', () => {
  it('have the same keys in both languages', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('name the same values in both languages', () => {
    const differing = [...english].filter(
      // One file and 1 file: a text for one thing need not show the number.
      ([key, text]) =>
        !/_(zero|one)$/.test(key) &&
        JSON.stringify(placeholders(text)) !== JSON.stringify(placeholders(german.get(key) ?? '')),
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('exist for every key that the page asks for by name', () => {
    const stems = new Set([...english.keys()].map(stem));
    const asked = [...code.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key);
    expect(asked.length).toBeGreaterThan(300);
    expect([...new Set(asked)].filter((key) => !stems.has(key))).toEqual([]);
  });

  it('say of every route in plain words what it is, for the page of the audit chain', () => {
    expect(Object.keys(api).filter((route) => !english.has(`audit.routes.${route}`))).toEqual([]);
  });

  it('are all asked for: by name, or by a part of it that is put together', () => {
    const isUsed = (key: string): boolean => {
      if (['`', "'", '"'].some((quote) => code.includes(`${quote}${key}${quote}`))) return true;
      const parts = key.split('.');
      return parts.some((_, at) => at > 0 && code.includes(`\`${parts.slice(0, at).join('.')}.\${`));
    };
    expect([...new Set([...english.keys()].map(stem))].filter((key) => !isUsed(key))).toEqual([]);
  });
});
