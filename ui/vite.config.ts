import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  clearScreen: false,
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 1420, strictPort: true },
  define: {
    __VUE_I18N_FULL_INSTALL__: true,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
    __INTLIFY_JIT_COMPILATION__: true,
  },
  build: {
    target: ['es2022', 'safari16.4'],
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|pinia|vue-i18n|@intlify)/ },
            { name: 'reka', test: /node_modules\/(reka-ui|@floating-ui|@internationalized|@vueuse)/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    // Vitest leaves one processor free, which is half of two.
    maxWorkers: '100%',
    include: ['src/**/*.spec.ts'],
    restoreMocks: true,
    // A whole room is mounted in many of them; a busy machine may take its time.
    testTimeout: 20_000,
  },
})
