import { call } from '../api.js'
import { CHANNEL } from '../channel.js'
import { t } from '../l10n.js'

/**
 * Lets the person sign in with their organisation in a window of its own. That window tells by a channel when it is done,
 * because a provider may cut the tie to the window that opened it.
 *
 * @param {string} address of the mailbox
 * @param {AbortSignal} signal stops waiting
 * @return {Promise<void>} when the mailbox is connected
 */
export async function signIn(address, signal) {
	// Opened before anything is waited for: browsers let only what follows a click at once open a window.
	const popup = window.open('', 'integration_exchange_sign_in', 'popup,width=560,height=720')
	if (popup === null) {
		throw new Error(t('integration_exchange', 'The browser did not let a window open. Allow windows for this page and try again.'))
	}
	try {
		const { url } = await call('POST', 'sign-in', { address })
		popup.location = url
	} catch (error) {
		popup.close()
		throw error
	}
	await outcome(popup, signal)
}

function outcome(popup, signal) {
	return new Promise((resolve, reject) => {
		const channel = new BroadcastChannel(CHANNEL)
		const cancelled = new Error(t('integration_exchange', 'The window was closed before you were signed in. Nothing was connected.'))
		const watch = setInterval(() => popup.closed && end(reject, cancelled), 500)
		function end(settle, value) {
			clearInterval(watch)
			channel.close()
			settle(value)
		}
		channel.onmessage = ({ data }) => data.connected ? end(resolve) : end(reject, new Error(data.message))
		signal.addEventListener('abort', () => end(reject, cancelled))
	})
}
