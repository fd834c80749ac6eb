import pluginVue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

// The arrows of docs/architecture.md: studios → stores → ipc; studios → components → composables.
const tauri = { group: ['@tauri-apps/*'], message: 'Only src/ipc talks to the shell.' }
const ipc = { group: ['@/ipc', '@/ipc/*', '**/ipc', '**/ipc/*'], message: 'Go through a store.' }
const stores = { group: ['@/stores/*', '**/stores/*'], message: 'Take props and emit events instead.' }
const studios = { group: ['@/studios/*', '**/studios/*'], message: 'Rooms are not imported from here.' }
const shell = { group: ['@/shell/*', '**/shell/*'], message: 'The shell is not imported from here.' }
const components = { group: ['@/components/*', '**/components/*'], message: 'Nothing below imports a component.' }

const others = (...rooms) => ({ group: rooms.flatMap((room) => [`@/studios/${room}/*`, `../${room}/*`]), message: 'Rooms never import each other.' })

const forbid = (files, ...patterns) => ({
  files: files.flatMap((folder) => [`src/${folder}/**/*.ts`, `src/${folder}/**/*.vue`]),
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

export default tseslint.config(
  { ignores: ['dist/**', 'src/ipc/bindings.ts'] },
  ...tseslint.configs.recommended,
  ...pluginVue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      'max-lines': ['error', { max: 500 }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vue/require-default-prop': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', { patterns: [tauri] }],
      'no-undef': 'off',
    },
  },
  forbid(['components'], tauri, ipc, stores, studios, shell),
  forbid(['composables', 'shortcuts', 'locales'], tauri, ipc, stores, studios, shell, components),
  forbid(['stores'], tauri, studios, shell, components, { group: ['@/ipc/tauri', '@/ipc/bindings'], message: 'Use @/ipc.' }),
  forbid(['studios'], tauri, ipc, shell),
  forbid(['studios/ghost'], tauri, ipc, shell, others('voice', 'audio', 'history', 'settings')),
  forbid(['studios/voice'], tauri, ipc, shell, others('ghost', 'audio', 'history', 'settings')),
  forbid(['studios/audio'], tauri, ipc, shell, others('ghost', 'voice', 'history', 'settings')),
  forbid(['studios/history'], tauri, ipc, shell, others('ghost', 'voice', 'audio', 'settings')),
  forbid(['studios/settings'], tauri, ipc, shell, others('ghost', 'voice', 'audio', 'history')),
  forbid(['shell'], tauri, ipc),
  { files: ['src/ipc/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [stores, studios, shell, components] }] } },
  { files: ['**/*.spec.ts'], rules: { 'no-restricted-imports': 'off', 'vue/one-component-per-file': 'off' } },
)
