/**
 * Numbers by the user's locale. Dates are shown by NcDateTime, which does the same.
 */
import { getCanonicalLocale } from '@nextcloud/l10n'

/**
 * @param {number} value to show
 * @return {string}
 */
export function number(value) {
	return new Intl.NumberFormat(getCanonicalLocale()).format(value)
}
