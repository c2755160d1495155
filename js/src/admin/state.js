/**
 * What the administration page knows: all that is set, as the API answers it.
 */
import { reactive } from 'vue'
import { call } from '../api.js'

export const state = reactive({
	/** the whole answer, or null before the first one */
	all: null,
	/** why it could not be had, as a sentence */
	failure: null,
})

/**
 * Asks for everything.
 */
export async function load() {
	try {
		state.all = await call('GET', 'admin')
		state.failure = null
	} catch (error) {
		state.failure = error.message
	}
}

/**
 * Asks anew for what is not all right, after something was changed.
 */
export async function look() {
	const { problems } = await call('GET', 'admin')
	state.all.problems = problems
}

/**
 * @param {string} name of a setting of the organisation
 * @return {string} its value as a text
 */
export function setting(name) {
	return state.all.settings.find((row) => row.setting === name).value
}

/**
 * @param {string} name of a setting that holds several words
 * @return {string[]}
 */
export function words(name) {
	return setting(name).split(',').filter((word) => word !== '')
}

/**
 * Changes settings of the organisation.
 *
 * @param {{[name: string]: string|string[]}} settings by name
 */
export async function set(settings) {
	state.all.settings = await call('PUT', 'admin/settings', { settings })
	await look()
}
