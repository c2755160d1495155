import { createApp } from 'vue'

/**
 * Puts a page's root component into the element that its template has for it.
 *
 * @param {object} root component
 * @param {string} id of the element
 */
export function mountPage(root, id) {
	createApp(root).mount(`#${id}`)
}
