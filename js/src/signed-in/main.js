import { CHANNEL } from '../channel.js'

// The window in which a person signed in with their organisation: tells the page that opened it, and goes.
const { connected, message } = document.getElementById('integration_exchange-signed-in').dataset
const channel = new BroadcastChannel(CHANNEL)
channel.postMessage({ connected: connected === '1', message })
channel.close()
if (connected === '1') {
	window.close()
}
