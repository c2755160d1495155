/**
 * What every form of the page does: it saves, and says how that went.
 */
import { translate as t } from '@nextcloud/l10n'
import { reactive } from 'vue'

/**
 * @return {{busy: boolean, said: string|null, failure: {kind: string|null, message: string}|null, save: (work: () => Promise<any>, done?: string) => Promise<boolean>}}
 */
export function useSaving() {
	const saving = reactive({
		busy: false,
		said: null,
		failure: null,
		async save(work, done = t('integration_exchange', 'Saved.')) {
			Object.assign(saving, { busy: true, said: null, failure: null })
			try {
				await work()
				saving.said = done
				return true
			} catch (error) {
				saving.failure = { kind: error.kind ?? null, message: error.message }
				return false
			} finally {
				saving.busy = false
			}
		},
	})
	return saving
}
