import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import { sciml } from './lint-rules.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const useRng = 'Take an Rng of @pct/core: results have to be reproducible.';

const noDefaultExport = [
  {
    selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
    message: 'Named exports only.',
  },
];
const noUnseededRandom = [
  {
    selector: 'MemberExpression[property.name="random"][object.property.name="Math"]',
    message: useRng,
  },
];
const noSkippedTests = [
  {
    selector:
      'MemberExpression[object.name=/^(it|test|describe|bench)$/][property.name=/^(only|skip|todo|fails)$/]',
    message: 'Tests are not skipped or focused; skipIf may name what a machine lacks.',
  },
];

/** `eslint --config .config/eslint.config.js .` from the root: paths below are relative to the root. */
export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/.nx/',
    '**/.cache/',
    'docs/.snippets/',
    'examples/output/',
    'quickstart-output/',
    'packages/*/test/fixtures/',
  ]),
  { linterOptions: { noInlineConfig: true } },

  { files: ['**/*.{js,mjs,ts}'], extends: [js.configs.recommended], plugins: { sciml } },
  {
    files: ['**/*.{js,mjs,ts}'],
    rules: {
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: useRng,
        },
      ],
      'no-restricted-syntax': ['error', ...noUnseededRandom],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'sciml/engines-in-tensor': 'error',
    },
  },
  { files: ['.config/*.js'], languageOptions: { globals: { URL: 'readonly' } } },
  // The compiler checks these scripts, and knows the globals of Node.js.
  { files: ['.ci/*.mjs'], rules: { 'no-undef': 'off' } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // Elements of typed arrays are `number | undefined` to the compiler; hot loops know their bounds.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Public functions check what JavaScript callers pass, which the types call impossible.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Interfaces that return promises have implementations with nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // What a signal or a catch clause gives is passed on as it is.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },

  {
    files: ['packages/**/*.{js,ts}'],
    rules: { 'sciml/dependency-direction': 'error' },
  },
  {
    files: ['packages/*/src/**/*.{js,ts}'],
    rules: {
      'max-lines': ['error', { max: 350 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...noUnseededRandom, ...noDefaultExport],
      'sciml/browser-safe': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: { '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }] },
  },
  {
    files: ['**/test/**/*.ts', '**/bench/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noUnseededRandom, ...noDefaultExport, ...noSkippedTests],
      // vitest's expect.any() and mocks are `any` by design.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // Tests hand over wrong things on purpose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
);
