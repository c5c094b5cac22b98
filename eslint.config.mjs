import js from '@eslint/js'
import functional from 'eslint-plugin-functional'
import jsdoc from 'eslint-plugin-jsdoc'
import sort from 'eslint-plugin-simple-import-sort'
import ts from 'typescript-eslint'

// The modules that may hold a cell of mutable state: everything else in src is pure.
const CELLS = [
  'AsyncCircuitBreaker',
  'Body',
  'Cell',
  'CircuitBreaker',
  'Cli',
  'Clock',
  'CsvLog',
  'Fetch',
  'Flights',
  'Incidents',
  'Input',
  'Inquiry',
  'Lane',
  'Log',
  'LogReader',
  'Join',
  'Member',
  'Metrics',
  'Names',
  'OpenTelemetry',
  'Outbox',
  'Playback',
  'Player',
  'Record',
  'CellReply', // throws what its callers catch
  'PostgresCell',
  'Subscriptions',
  'RedisCell',
  'RedisClient', // throws on what it has caught
  'Reporter',
  'Registry',
  'Replay',
  'Reporter',
  'Scenario',
  'Replica',
  'Session',
  'Shadow',
  'Sorter',
  'SpanLog',
  'Store',
  'Tally',
  'Tape',
  'Timeline',
  'Trace',
  'Trial',
  'Timers',
  'testing'
]
const SHELLS = CELLS.map((name) => `src/**/${name}.ts`)
const ERRORS = ['CircuitOpenError', 'InvalidSettings'].map((name) => `src/**/${name}.ts`)

export default ts.config(
  // The consumers' programs in TypeScript are checked by the compilers of scripts/package-proof.mjs, the types of clients by
  // `npm run clients`; tests/api is generated.
  {
    ignores: [
      ...['lib', 'es6', '**/build', 'coverage', 'docs', '**/.examples'],
      ...['scripts/consumers/*.ts', 'tools/clients/*.ts', 'tools/fleet/*.ts', 'tests/api']
    ]
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'simple-import-sort': sort },
    rules: {
      'simple-import-sort/imports': 'error',
      '@typescript-eslint/array-type': ['error', { default: 'generic', readonly: 'generic' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off', // `async` also turns a throw into a rejection
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['fp-ts/lib/*', 'fp-ts/es6/*', 'io-ts/lib/*', 'io-ts/es6/*'],
              message: "Import from 'fp-ts/<Module>'."
            }
          ]
        }
      ]
    }
  },
  {
    files: ['src/**/*.ts'],
    extends: [functional.configs.recommended],
    plugins: { jsdoc },
    rules: {
      // The type-level rules of this plugin do not know `readonly` fields of errors and io-ts types.
      'functional/prefer-immutable-types': 'off',
      'functional/type-declaration-immutability': 'off',
      'functional/functional-parameters': 'off', // a thunk has no parameters
      'functional/no-conditional-statements': 'off', // early returns
      'functional/no-return-void': 'off',
      'functional/no-mixed-types': 'off',
      'functional/no-expression-statements': 'off',
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          contexts: [
            'ExportNamedDeclaration > VariableDeclaration',
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration'
          ],
          require: { FunctionDeclaration: true, ClassDeclaration: true }
        }
      ],
      'no-restricted-globals': ['error', 'Date', 'setTimeout', 'setInterval', 'queueMicrotask'] // no timers, ever
    }
  },
  {
    files: ['src/stores/Timers.ts'], // but those of a shared breaker: for time limits, retries and polls
    rules: { 'no-restricted-globals': ['error', 'Date', 'setInterval', 'queueMicrotask'] }
  },
  {
    files: SHELLS,
    rules: {
      'functional/no-classes': 'off',
      'functional/no-class-inheritance': 'off',
      'functional/no-this-expressions': 'off',
      'functional/no-let': 'off',
      'functional/immutable-data': 'off',
      'functional/no-throw-statements': 'off',
      'functional/no-try-statements': 'off',
      '@typescript-eslint/only-throw-error': 'off', // what an operation threw is rethrown unchanged
      '@typescript-eslint/prefer-promise-reject-errors': 'off'
    }
  },
  {
    files: ERRORS,
    rules: {
      'functional/no-classes': 'off',
      'functional/no-class-inheritance': 'off',
      'functional/no-this-expressions': 'off',
      'functional/immutable-data': 'off'
    }
  },
  {
    files: ['src/core/Window.ts'], // a copy that was just made
    rules: { 'functional/immutable-data': 'off' }
  },
  {
    // what is read, counted or emptied item by item
    files: ['data/Door', 'shell/Outbox', 'stores/Fold', 'stores/Member', 'stores/Registry'].map(
      (file) => `src/${file}.ts`
    ),
    rules: { 'functional/no-let': 'off', 'functional/no-loop-statements': 'off', 'functional/immutable-data': 'off' }
  },
  {
    files: ['src/replay/*.ts', 'src/cli/*.ts'], // logs are long, and come item by item
    rules: { 'functional/no-loop-statements': 'off' }
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['console', 'exports', 'module', 'performance', 'process', 'require', 'setImmediate'],
          ...['AbortController', 'AbortSignal', 'fetch', 'Response', 'setTimeout', 'URL']
        ].map((name) => [name, false])
      )
    }
  }
)
