/**
 * Texts in the person's language, and numbers by their locale. Dates are shown by NcDateTime, which does the same.
 */
import { getCanonicalLocale, translate, translatePlural } from '@nextcloud/l10n'

/** What is filled in stays as it is: Vue escapes what it shows, and once more would make “R&amp;D” of “R&D”. */
const AS_IT_IS = { escape: false, sanitize: false }

/**
 * @param {string} app whose text it is
 * @param {string} text in English
 * @param {{[name: string]: string|number}} [values] for its {names}
 * @return {string}
 */
export function t(app, text, values = {}) {
	return translate(app, text, values, undefined, AS_IT_IS)
}

/**
 * @param {string} app whose text it is
 * @param {string} one text in English for one
 * @param {string} many the same for several, with %n for how many
 * @param {number} count of them
 * @return {string}
 */
export function n(app, one, many, count) {
	return translatePlural(app, one, many, count, {}, AS_IT_IS)
}

/**
 * @param {number} value to show
 * @return {string}
 */
export function number(value) {
	return new Intl.NumberFormat(getCanonicalLocale()).format(value)
}

/**
 * @param {string} one name
 * @param {string} other name
 * @return {number} below zero where one comes first, as people sort and count
 */
export function inOrder(one, other) {
	return one.localeCompare(other, getCanonicalLocale(), { numeric: true })
}
