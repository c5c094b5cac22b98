// Without redis-server or PostgreSQL, the suites of their cells say so, and fail where CI is set; what only they reach is not
// counted then.
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const hasRedis = spawnSync('redis-server', ['--version']).error === undefined
const hasPostgres = existsSync('/usr/lib/postgresql')

/** @type {import('jest').Config} */
module.exports = {
  preset: 'ts-jest', // transpiles only (tsconfig: isolatedModules); `npm run typecheck` checks the types
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testTimeout: 60_000, // for a busy machine: no test waits for time, but the demo's
  watchPathIgnorePatterns: ['/\\.examples/'], // written by tests/examples.test.ts
  moduleNameMapper: {
    '^breaker-ts$': '<rootDir>/src/index.ts',
    '^breaker-ts/(.*)$': [
      '<rootDir>/src/$1.ts',
      ...['core', 'shell', 'data', 'stores', 'watch', 'http', 'replay'].map((folder) => `<rootDir>/src/${folder}/$1.ts`)
    ],
    // What the build puts into the HTML report.
    '^\\./PageAssets$': '<rootDir>/tests/support/pageAssets.js'
  },
  collectCoverageFrom: [
    'src/**/*.ts',
    ...(hasRedis ? [] : ['!src/stores/Redis{Cell,Client}.ts']),
    ...(hasPostgres ? [] : ['!src/stores/PostgresCell.ts'])
  ],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } }
}
