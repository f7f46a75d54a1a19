/** What the page's JavaScript must keep to; run through `npm run lint` from this folder. */
import js from '@eslint/js';
import globals from 'globals';

const rules = {
  'class-methods-use-this': 'off',
  complexity: ['error', 12],
  curly: ['error', 'all'],
  eqeqeq: ['error', 'always'],
  'max-len': ['error', { code: 120, ignoreTemplateLiterals: true, ignoreStrings: true, ignoreUrls: true }],
  'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
  'no-console': ['error', { allow: ['warn', 'error'] }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-implicit-globals': 'error',
  'no-param-reassign': 'error',
  'no-restricted-properties': [
    'error',
    { property: 'innerHTML', message: 'Text from records is text: use templates or core/safe-html.js.' },
    { property: 'outerHTML', message: 'Text from records is text: use templates or core/safe-html.js.' },
  ],
  'no-shadow': 'error',
  'no-throw-literal': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'error',
  quotes: ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
  semi: ['error', 'always'],
};

export default [
  { ignores: ['lora_manager/web/vendor/**'] },
  js.configs.recommended,
  {
    files: ['lora_manager/web/**/*.js', 'javascript/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    rules,
  },
  { files: ['javascript/**/*.js', 'lora_manager/web/early.js'], languageOptions: { sourceType: 'script' } },
  {
    files: ['tests/web/**/*.mjs', 'tools/node/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.node },
    rules,
  },
];
