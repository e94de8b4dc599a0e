import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'web/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'conformance/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    testTimeout: 20_000,
  },
});
