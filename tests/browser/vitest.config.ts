import { defineConfig } from 'vitest/config';

/** The page in a real Chromium. One file at a time: each has its own browser, and the machine has two processors. */
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
