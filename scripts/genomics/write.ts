import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const out = join(import.meta.dirname, '..', '..', 'knowledge', 'genomics');

/** One item a line: a change in one fact is a change in one line. */
export function write(name: string, content: Record<string, unknown>): void {
  const lines = Object.entries(content).map(([key, value]) => {
    if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
      return `  ${JSON.stringify(key)}: [\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
    }
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const members = Object.entries(value).map(([k, v]) => `    ${JSON.stringify(k)}: ${JSON.stringify(v)}`);
      return `  ${JSON.stringify(key)}: {\n${members.join(',\n')}\n  }`;
    }
    return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  });
  writeFileSync(join(out, name), `{\n${lines.join(',\n')}\n}\n`);
}
