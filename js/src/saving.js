/**
 * What every form does: it saves, or does something else, and says how that went.
 */
import { reactive } from 'vue'
import { t } from './l10n.js'

/**
 * @return {{busy: boolean, said: string|null, failure: Error|null, save: (work: () => Promise<any>, done?: string|null|((result: any) => string)) => Promise<boolean>}}
 */
export function useSaving() {
	const saving = reactive({
		busy: false,
		said: null,
		failure: null,
		async save(work, done = t('integration_exchange', 'Saved.')) {
			Object.assign(saving, { busy: true, said: null, failure: null })
			try {
				const result = await work()
				saving.said = typeof done === 'function' ? done(result) : done
				return true
			} catch (error) {
				saving.failure = error
				return false
			} finally {
				saving.busy = false
			}
		},
	})
	return saving
}
