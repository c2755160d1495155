/**
 * What the page knows of the person's accounts and links, kept fresh while somebody looks at it.
 */
import { reactive } from 'vue'
import { call } from '../api.js'

/** Milliseconds between two looks: while something runs, and while nothing does. */
const BUSY = 1000
const QUIET = 30000

export const state = reactive({
	/** false until the first answer */
	loaded: false,
	accounts: [],
	links: [],
	/** why the last look failed, as a sentence */
	failure: null,
})

let timer = null
let asked = 0

/**
 * Asks for everything anew, and again after a while.
 */
export async function refresh() {
	clearTimeout(timer)
	const mine = ++asked
	try {
		const [accounts, links] = await Promise.all([call('GET', 'accounts'), call('GET', 'links')])
		if (mine !== asked) {
			return
		}
		Object.assign(state, { accounts, links, failure: null, loaded: true })
	} catch (error) {
		state.failure = error.message
	}
	if (mine === asked) {
		schedule()
	}
}

function schedule() {
	clearTimeout(timer)
	timer = setTimeout(() => document.hidden ? schedule() : refresh(), state.links.some((link) => link.running) ? BUSY : QUIET)
}

/**
 * Stops asking.
 */
export function rest() {
	clearTimeout(timer)
	asked++
}

/**
 * Takes what an answer says of one link at once.
 *
 * @param {object} link as the API answers it
 */
export function learn(link) {
	const index = state.links.findIndex((known) => known.id === link.id)
	index < 0 ? state.links.push(link) : state.links.splice(index, 1, { ...state.links[index], ...link })
	schedule()
}

/**
 * Takes at once that a link is gone.
 *
 * @param {number} id of the link
 */
export function forget(id) {
	state.links = state.links.filter((link) => link.id !== id)
}

/**
 * Asks for one link until nothing runs for it any more.
 *
 * @param {number} id of the link
 * @param {(link: object) => void} watch gets every answer
 * @return {Promise<object>} the last answer
 */
export async function settled(id, watch = () => {}) {
	for (;;) {
		const link = await call('GET', `links/${id}`)
		watch(link)
		if (!link.running) {
			return link
		}
		await new Promise((resolve) => setTimeout(resolve, BUSY))
	}
}
