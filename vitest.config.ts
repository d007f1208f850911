import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/browser/**'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'local/**/*.ts', 'migrations/**/*.ts'],
      // These run as processes of their own, where the coverage of this one does not reach; tests start them for real.
      exclude: [
        'functions/*/server.ts',
        'functions/shared/http/serve.ts',
        'functions/shared/http/drain.ts',
        'local/start.ts',
        'local/database.ts',
      ],
      thresholds: { lines: 90, branches: 90 },
      reporter: ['text', 'json-summary'],
    },
  },
});
