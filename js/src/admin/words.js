/**
 * What the server's words are called on the administration page.
 */
import { t } from '../l10n.js'

/** States of a row of the overview, those that want attention first. */
export const STATES = ['failing', 'stopped', 'refused', 'barred', 'waiting', 'unlinked', 'fine']

/**
 * @param {string} state of a row
 * @return {string}
 */
export function stateName(state) {
	return {
		fine: t('integration_exchange', 'In step'),
		waiting: t('integration_exchange', 'Not synchronised yet'),
		failing: t('integration_exchange', 'Fails, is tried again'),
		stopped: t('integration_exchange', 'Stopped, a person must decide'),
		refused: t('integration_exchange', 'Sign-in refused'),
		barred: t('integration_exchange', 'Not allowed by you'),
		unlinked: t('integration_exchange', 'No links'),
	}[state] ?? state
}

/**
 * @param {string} state of an account's watch
 * @return {string} how its changes are known in active mode
 */
export function watchName(state) {
	return {
		passive: t('integration_exchange', 'Left to background jobs'),
		none: t('integration_exchange', 'No worker has it yet'),
		connecting: t('integration_exchange', 'Real time: connecting'),
		live: t('integration_exchange', 'Real time'),
		waiting: t('integration_exchange', 'Real time is interrupted, tried again'),
		polled: t('integration_exchange', 'Looked at by the clock'),
		refused: t('integration_exchange', 'No real time: sign-in refused'),
	}[state] ?? state
}

/**
 * @param {string} kind of items
 * @return {string}
 */
export function kindName(kind) {
	return {
		event: t('integration_exchange', 'Calendars'),
		task: t('integration_exchange', 'Tasks'),
		contact: t('integration_exchange', 'Contacts'),
	}[kind] ?? kind
}

/**
 * @param {string} level of the log
 * @return {string}
 */
export function levelName(level) {
	return {
		debug: t('integration_exchange', 'Everything (debug)'),
		info: t('integration_exchange', 'Information and worse'),
		warning: t('integration_exchange', 'Warnings and errors'),
		error: t('integration_exchange', 'Errors only'),
	}[level] ?? level
}

/**
 * @param {string} cloud of Microsoft's
 * @return {string}
 */
export function cloudName(cloud) {
	return {
		global: t('integration_exchange', 'Microsoft 365'),
		'us-government': t('integration_exchange', 'Microsoft 365 for the US government (GCC High)'),
		'us-defense': t('integration_exchange', 'Microsoft 365 for the US Department of Defense'),
		china: t('integration_exchange', 'Microsoft 365 in China (21Vianet)'),
		custom: t('integration_exchange', 'Another provider'),
	}[cloud] ?? cloud
}

/**
 * @param {string} state of a place where PHP loads extensions
 * @return {string}
 */
export function placeName(state) {
	return {
		loaded: t('integration_exchange', 'Loaded'),
		installed: t('integration_exchange', 'Set up just now'),
		left: t('integration_exchange', 'Not loaded'),
		ready: t('integration_exchange', 'Not loaded'),
		manual: t('integration_exchange', 'Not loaded'),
		unfit: t('integration_exchange', 'Cannot be loaded'),
	}[state] ?? state
}

/**
 * @param {{php: string, sapis: string[]}} place where PHP loads extensions
 * @return {string} such as “PHP 8.4 (FPM, command line)”
 */
export function phpName({ php, sapis }) {
	const names = { cli: t('integration_exchange', 'command line'), 'fpm-fcgi': 'FPM', apache2handler: 'Apache' }
	return `PHP ${php.split('.', 2).join('.')} (${sapis.map((sapi) => names[sapi] ?? sapi).join(', ')})`
}
