// Lint rules. Beside the usual strictness they hold the architecture: imports point one way,
// crypto ← ceremony ← devices ← laptop ← electron, cli, and the inner two never touch the platform; nor does optical,
// which stands beside them.
import eslint from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Forbid imports from the named folders (and from the platform, where a folder must stay pure), but not from `allowed`,
 * which is in one of them.
 */
function layer(folder, forbidden, pure, allowed = []) {
  const exceptions = allowed.flatMap((name) => [`!**/${name}`, `!**/${name}/**`]);
  const patterns = forbidden.map((name) => ({
    group: [`**/${name}/**`, ...exceptions],
    message: `${folder}/ must not import from ${name}/: imports point one way (docs/architecture.md).`,
  }));
  if (pure)
    patterns.push({
      regex: '^(node:.*|fs|path|crypto|os|child_process)$',
      message: `${folder}/ is pure: clock, randomness, files and devices are handed in.`,
    });
  return {
    files: [`${folder}/**/*.ts`, `${folder}/**/*.tsx`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      ...(pure
        ? {
            'no-restricted-globals': [
              'error',
              { name: 'process', message: 'pure code takes what it needs as arguments' },
              { name: 'Buffer', message: 'use Uint8Array and crypto/bytes.ts' },
              { name: 'crypto', message: 'randomness is handed in (crypto/random.ts)' },
            ],
            'no-restricted-properties': [
              'error',
              { object: 'Math', property: 'random', message: 'randomness is handed in' },
              { object: 'Date', property: 'now', message: 'the clock is handed in' },
            ],
          }
        : {}),
    },
  };
}

export default tseslint.config(
  { ignores: ['node_modules', 'rehearsal*', 'coverage', 'out'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
    },
  },
  // Both sides of the window use it, so it knows neither: bytes in, codes out, and back.
  layer(
    'optical',
    ['crypto', 'ceremony', 'devices', 'laptop', 'electron', 'renderer', 'cli', 'test-support'],
    true,
  ),
  layer(
    'crypto',
    ['ceremony', 'optical', 'devices', 'laptop', 'electron', 'renderer', 'cli', 'test-support'],
    true,
  ),
  layer('ceremony', ['optical', 'devices', 'laptop', 'electron', 'renderer', 'cli', 'test-support'], true),
  layer('devices', ['laptop', 'electron', 'renderer', 'cli', 'test-support'], false),
  layer('laptop', ['electron', 'renderer', 'cli', 'test-support'], false),
  layer('cli', ['electron', 'renderer', 'test-support'], false),
  // A rehearsal is a test that people run, of the room too: its screens and cameras are a model that lives with the tests.
  layer('cli/rehearsal', ['electron', 'renderer', 'test-support'], false, ['test-support/camera']),
  // It checks what the others do, so it shares nothing with them.
  layer(
    'verifiers/html',
    ['crypto', 'ceremony', 'optical', 'devices', 'laptop', 'electron', 'renderer', 'cli', 'test-support'],
    true,
  ),
  layer('electron', ['renderer', 'cli', 'test-support'], false),
  layer(
    'renderer',
    [
      'crypto',
      'ceremony',
      'devices',
      'laptop',
      'cli',
      'test-support',
      'electron/chromium',
      'electron/console',
      'electron/main',
      'electron/preload',
      'electron/security',
    ],
    false,
  ),
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      // `onPress={() => void …}` says that nobody waits for it.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/**', 'test-support/**', 'bench/**', 'scripts/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
