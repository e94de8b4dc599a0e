import { describe, expect, it } from 'vitest';
import { dark, light, printMargins } from './style.ts';

/** WCAG 2.2 relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

it('computes contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('%s theme', (_, theme) => {
  const grounds = ['paper', 'panel', 'now-bg', 'open-bg', 'historic-bg'] as const;
  it.each(
    grounds.flatMap((ground) => (['ink', 'soft', 'accent'] as const).map((text) => [text, ground] as const)),
  )('%s on %s reaches AA', (text, ground) => {
    expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['now', 'open', 'historic'] as const)('the state %s reaches AA on its own ground and on paper', (state) => {
    expect(contrast(theme[state], theme[`${state}-bg`])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme[state], theme.paper)).toBeGreaterThanOrEqual(4.5);
  });

  it('the dot stands out from every band it can lie on', () => {
    for (const band of ['band-0', 'band-1', 'band-current'] as const)
      expect(contrast(theme.dot, theme[band])).toBeGreaterThanOrEqual(3);
  });
});

it('nothing in a label can leave the margin text', () => {
  const css = printMargins('a"} body{display:none}</style>\\', 'b');
  expect(css.match(/content:"[^"]*"/)?.[0]).toBe('content:"a } body{display:none} /style> "');
});
