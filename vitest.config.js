import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
	plugins: [vue()],
	define: { appName: '"integration_exchange"', appVersion: '"0"' },
	test: {
		environment: 'happy-dom',
		include: ['tests/js/**/*.test.js'],
		setupFiles: ['tests/js/setup.js'],
		restoreMocks: true,
		silent: 'passed-only',
		// The components of Nextcloud import style sheets.
		css: false,
		server: { deps: { inline: [/@nextcloud\/vue/] } },
	},
})
