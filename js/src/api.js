/**
 * The app's OCS API (openapi.json). Every call resolves to the data of the answer, or rejects with an Error whose message is a
 * sentence for the person, whose `kind` says what can be done about it, and whose `setting` names what it is about, where that is
 * one setting.
 */
import axios from '@nextcloud/axios'
import { generateOcsUrl } from '@nextcloud/router'
import { t } from './l10n.js'

const ROOT = 'apps/integration_exchange/api/v1/'

/**
 * @param {string} method of HTTP
 * @param {string} path below the root of the API, with its parts encoded
 * @param {object} [data] body; of a GET, the query
 * @return {Promise<any>}
 */
export async function call(method, path, data) {
	const how = method === 'GET' ? { params: data } : { data }
	try {
		const answer = await axios.request({ method, url: generateOcsUrl(ROOT + path), ...how })
		return answer.data.ocs.data
	} catch (error) {
		throw failure(error)
	}
}

function failure(error) {
	const said = error.response?.data?.ocs
	const sentence = said?.data?.message || said?.meta?.message
	const known = {
		401: t('integration_exchange', 'Your session has ended. Load the page anew and log in.'),
		412: t('integration_exchange', 'Your session has ended. Load the page anew and log in.'),
		429: t('integration_exchange', 'Too many attempts in a short time. Wait a few minutes and try again.'),
	}[error.response?.status]
	const lost = error.response
		? t('integration_exchange', 'Something unexpected happened; the administrator finds details in the log of Nextcloud.')
		: t('integration_exchange', 'Nextcloud cannot be reached. Check your connection and try again.')
	return Object.assign(new Error(known ?? sentence ?? lost), {
		kind: said?.data?.error ?? null,
		setting: said?.data?.setting ?? null,
		status: error.response?.status ?? null,
	})
}
