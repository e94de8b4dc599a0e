import { createTheme, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e6f6f6',
  '#cfe9ea',
  '#a2d2d4',
  '#71babd',
  '#4aa6aa',
  '#30999e',
  '#1c9298',
  '#0b7d84',
  '#0b6e75',
  '#005f66',
];

/** Quiet and dense: a page that is read in a meeting. Colour is kept for what needs attention. */
export const theme = createTheme({
  primaryColor: 'teal',
  // White on anything lighter than this has too little contrast, in the dark theme as well.
  primaryShade: 8,
  autoContrast: true,
  colors: { teal },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  defaultRadius: 'md',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.25rem' }, h3: { fontSize: '1.05rem' } },
  },
});
