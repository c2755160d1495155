// One bundle a page: `PAGE=personal vite build` writes js/dist/personal.mjs from js/src/personal/main.js. js/run builds all of them.
import { createAppConfig } from '@nextcloud/vite-config'
import { resolve } from 'node:path'

const page = process.env.PAGE ?? 'personal'

export default createAppConfig({ [page]: resolve('js/src', page, 'main.js') }, {
	emptyOutputDirectory: false,
	inlineCSS: true,
	nodePolyfills: false,
	thirdPartyLicense: false,
	config: {
		build: {
			outDir: 'js/dist',
			cssCodeSplit: false,
			// js/run limits the size, compressed.
			chunkSizeWarningLimit: 5000,
			rollupOptions: {
				output: {
					inlineDynamicImports: true,
					entryFileNames: '[name].mjs',
				},
			},
		},
	},
})
