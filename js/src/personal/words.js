/**
 * What the server's words are called on the page.
 */
import { n, t } from '../l10n.js'

export const KINDS = ['event', 'contact', 'task']

/**
 * @param {string} kind of items
 * @return {string} heading over its folders
 */
export function kindTitle(kind) {
	return {
		event: t('integration_exchange', 'Calendars'),
		contact: t('integration_exchange', 'Contacts'),
		task: t('integration_exchange', 'Tasks'),
	}[kind]
}

/**
 * @param {object|null} folder as the API answers it, with `of`
 * @param {object|null} link of it
 * @return {string} with its place, and whose it is where it is another's
 */
export function folderName(folder, link) {
	const own = folder?.path.join(' / ') || folder?.name || link.folder
	return folder?.of && folder.of !== 'public' ? `${own} (${folder.of})` : own
}

/**
 * @param {string} kind of items
 * @return {string} what a new collection for it is
 */
export function newCollection(kind) {
	return {
		event: t('integration_exchange', 'A new calendar'),
		contact: t('integration_exchange', 'A new address book'),
		task: t('integration_exchange', 'A new task list'),
	}[kind]
}

/**
 * @param {string} kind of items
 * @return {string} what one that is there already is
 */
export function existingCollection(kind) {
	return {
		event: t('integration_exchange', 'A calendar that I have'),
		contact: t('integration_exchange', 'An address book that I have'),
		task: t('integration_exchange', 'A task list that I have'),
	}[kind]
}

/**
 * @param {string} name of an option
 * @return {{label: string, hint: string, words: {[word: string]: string}}}
 */
export function option(name) {
	return {
		policy: {
			label: t('integration_exchange', 'When both sides changed the same'),
			hint: t('integration_exchange', 'What loses is kept in the history.'),
			words: {
				newest: t('integration_exchange', 'The newest change wins'),
				exchange: t('integration_exchange', 'Exchange wins'),
				nextcloud: t('integration_exchange', 'Nextcloud wins'),
			},
		},
		deletes: {
			label: t('integration_exchange', 'When one side deleted what the other changed'),
			hint: '',
			words: {
				edit: t('integration_exchange', 'The change wins and the item comes back'),
				policy: t('integration_exchange', 'The rule above decides'),
			},
		},
		direction: {
			label: t('integration_exchange', 'Direction'),
			hint: '',
			words: {
				both: t('integration_exchange', 'Both ways'),
				to_nextcloud: t('integration_exchange', 'From Exchange to Nextcloud only'),
				to_exchange: t('integration_exchange', 'From Nextcloud to Exchange only'),
			},
		},
		window: {
			label: t('integration_exchange', 'Time'),
			hint: t('integration_exchange', 'Events outside of this time stay in Exchange. It moves on with the calendar.'),
			words: {
				all: t('integration_exchange', 'All events'),
				'31:183': t('integration_exchange', 'From one month ago to half a year ahead'),
				'92:366': t('integration_exchange', 'From three months ago to a year ahead'),
				'366:1098': t('integration_exchange', 'From a year ago to three years ahead'),
			},
		},
		privacy: {
			label: t('integration_exchange', 'Private items'),
			hint: '',
			words: {
				full: t('integration_exchange', 'With all details'),
				masked: t('integration_exchange', 'Only their time'),
			},
		},
		placeholder: {
			label: t('integration_exchange', 'What private items are called on the other side'),
			hint: '',
			words: {},
		},
		max_deletes: {
			label: t('integration_exchange', 'Pause and ask at more deletions than'),
			hint: t('integration_exchange', 'A number, or “auto”: 10, or a fifth of the items.'),
			words: {},
		},
		invitations: {
			label: t('integration_exchange', 'Who invites to meetings'),
			hint: '',
			words: {
				nobody: t('integration_exchange', 'Nobody: no mail is sent'),
				nextcloud: t('integration_exchange', 'Nextcloud sends invitations'),
				exchange: t('integration_exchange', 'Exchange sends invitations'),
			},
		},
	}[name] ?? { label: name, hint: '', words: {} }
}

/**
 * @param {number} seconds
 * @return {string} such as “every 15 minutes”
 */
function every(seconds) {
	return seconds % 60 === 0
		? n('integration_exchange', 'every minute', 'every %n minutes', seconds / 60)
		: n('integration_exchange', 'every second', 'every %n seconds', seconds)
}

/**
 * @param {{state: string, message: string|null, seconds: number|null}} watch of an account
 * @return {string} when its changes cross, in a sentence
 */
export function realTime({ state, message, seconds }) {
	const often = seconds === null ? '' : every(seconds)
	const why = message === null ? '' : ` ${message}`
	return {
		passive: t('integration_exchange', 'Real time is switched off: changes cross {often}.', { often }),
		none: t('integration_exchange', 'Real time begins as soon as the server is ready for it. Until then changes cross {often}.', { often }),
		connecting: t('integration_exchange', 'Connecting. Changes cross within seconds as soon as that is done.'),
		live: t('integration_exchange', 'Changes cross within seconds.'),
		waiting: t('integration_exchange', 'Interrupted; it is tried again by itself. Until then changes cross {often}.', { often }) + why,
		polled: t('integration_exchange', 'Exchange does not tell of changes in this mailbox, so it is looked at {often}.', { often }),
		refused: t('integration_exchange', 'Exchange refuses the sign-in.') + why,
	}[state] ?? state
}

/**
 * @param {string} cause why a version is kept
 * @param {string} side where it was lost
 * @return {string}
 */
export function cause(cause, side) {
	const where = side === 'nextcloud' ? 'Nextcloud' : 'Exchange'
	return {
		conflict: t('integration_exchange', 'Lost a conflict in {where}', { where }),
		overwritten: t('integration_exchange', 'Overwritten in {where}', { where }),
		deleted: t('integration_exchange', 'Deleted in {where}', { where }),
	}[cause] ?? cause
}

/**
 * What a dry run came to, as sentences.
 *
 * @param {{[step: string]: number}} counts by side and what is done
 * @return {string[]}
 */
export function steps(counts) {
	const amount = (...names) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0)
	const sentences = [
		[amount('nextcloud_create'), (count) => n('integration_exchange', '%n item is imported into Nextcloud.', '%n items are imported into Nextcloud.', count)],
		[amount('exchange_create'), (count) => n('integration_exchange', '%n item is exported to Exchange.', '%n items are exported to Exchange.', count)],
		[amount('nextcloud_match', 'exchange_match'), (count) => n('integration_exchange', '%n item is the same on both sides and is paired.', '%n items are the same on both sides and are paired.', count)],
		[amount('nextcloud_update'), (count) => n('integration_exchange', '%n item is changed in Nextcloud.', '%n items are changed in Nextcloud.', count)],
		[amount('exchange_update'), (count) => n('integration_exchange', '%n item is changed in Exchange.', '%n items are changed in Exchange.', count)],
		[amount('nextcloud_delete'), (count) => n('integration_exchange', '%n item is deleted in Nextcloud.', '%n items are deleted in Nextcloud.', count)],
		[amount('exchange_delete'), (count) => n('integration_exchange', '%n item is deleted in Exchange.', '%n items are deleted in Exchange.', count)],
		[amount('nextcloud_set_aside', 'exchange_set_aside'), (count) => n('integration_exchange', '%n item cannot cross and is set aside.', '%n items cannot cross and are set aside.', count)],
	].filter(([count]) => count > 0).map(([count, say]) => say(count))
	return sentences.length > 0 ? sentences : [t('integration_exchange', 'Nothing: there is nothing to bring across yet.')]
}
