/**
 * A person in Chromium, logged in to the throw-away Nextcloud. BrowserTestCase.php starts these scripts and says by the environment
 * where everything is.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

/** What BrowserTestCase.php prepared: nextcloud, user, password, exchange, control, address, mailboxPassword. */
export const setting = JSON.parse(process.env.BROWSER_TEST)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = process.env.SCREENSHOTS

/**
 * @param {(person: Person) => Promise<void>} story what they do
 * @param {object} [options] of the browser's context
 */
export async function person(story, options = {}) {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
	try {
		const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options })
		context.setDefaultTimeout(60_000)
		await context.addInitScript(translations)
		const page = await context.newPage()
		const someone = new Person(context, page)
		await someone.logIn()
		try {
			await story(someone)
			assert.deepEqual(someone.errors, [], 'errors in the page')
		} catch (error) {
			await someone.picture('failed')
			console.error(await page.locator('[id^=integration_exchange-]').innerText({ timeout: 1000 }).catch(() => 'no page'))
			console.error(someone.errors.join('\n'))
			throw error
		}
	} finally {
		await browser.close()
	}
}

/** What Nextcloud's own script does with translations, where its tree has no built scripts. */
function translations() {
	const register = (app, bundle) => {
		(window._oc_l10n_registry_translations ??= {})[app] = bundle;
		(window._oc_l10n_registry_plural_functions ??= {})[app] = (count) => count === 1 ? 0 : 1
	}
	window.OC = { L10N: { register } }
}

export class Person {
	/** What scripts of the app threw. */
	errors = []

	constructor(context, page) {
		this.context = context
		this.page = page
		page.on('pageerror', (error) => {
			if ((error.stack ?? '').includes('/integration_exchange/')) {
				this.errors.push(`${error.stack}`)
			}
		})
	}

	/** By its form, without the scripts of Nextcloud's own login page. */
	async logIn() {
		const login = `${setting.nextcloud}/index.php/login`
		const html = await (await this.context.request.get(login)).text()
		const requesttoken = html.match(/data-requesttoken="([^"]+)"/)[1]
		await this.context.request.post(login, {
			form: { user: setting.user, password: setting.password, requesttoken },
			headers: { Origin: setting.nextcloud },
		})
	}

	async open(page = 'user/connected-accounts') {
		await this.page.goto(`${setting.nextcloud}/index.php/settings/${page}`)
		await this.page.getByRole('heading', { name: 'Microsoft Exchange' }).waitFor()
	}

	button(name, exact = true) {
		return this.page.getByRole('button', { name, exact })
	}

	/** The row of a folder, with its switch and how it stands. */
	folder(name) {
		return this.page.locator('li.exchange-folder').filter({ has: this.page.getByRole('switch', { name }) })
	}

	async connect(changes = {}) {
		const { address, mailboxPassword, exchange } = { ...setting, ...changes }
		await this.page.getByLabel('E-mail address', { exact: true }).fill(address)
		await this.page.getByLabel('Password of the mailbox', { exact: true }).fill(mailboxPassword)
		const manual = this.page.getByRole('switch', { name: 'Enter the server myself' })
		if (!await manual.isChecked()) {
			await manual.check({ force: true })
		}
		await this.page.getByLabel('Server', { exact: true }).fill(exchange)
		await this.button('Connect').click()
	}

	/** Waits for what is fading, or about to: it has no contrast yet. */
	still() {
		return this.page.evaluate(async () => {
			const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
			const moving = () => document.getAnimations().filter(({ effect, playState }) => playState === 'running'
				&& effect.getComputedTiming().iterations !== Infinity)
			do {
				await frames()
				await Promise.allSettled(moving().map(({ finished }) => finished))
			} while (moving().length > 0)
		})
	}

	/** Nothing that axe-core finds wrong in what the app shows. */
	async accessible(what) {
		await this.still()
		await this.page.evaluate(axe)
		const found = await this.page.evaluate(async () => {
			const include = ['#integration_exchange-personal', '#integration_exchange-admin', '[role=dialog]'].filter((place) => document.querySelector(place))
			return (await window.axe.run({ include })).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`)
		})
		assert.deepEqual(found, [], `axe-core on ${what}`)
	}

	/** A picture of the page, where SCREENSHOTS names a folder. */
	async picture(name) {
		if (pictures) {
			mkdirSync(pictures, { recursive: true })
			await this.still()
			await this.page.screenshot({ path: `${pictures}/${name}.png` })
		}
	}
}

/** Something in the mailbox, or of the server, behind the app's back (tests/exchange/src/control.rs). */
export async function control(method, path, body) {
	const answer = await fetch(setting.control + path, {
		method,
		headers: { 'Content-Type': 'application/json' },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	})
	assert.equal(answer.status, 200, `${method} ${path}`)
	return answer.json()
}

const items = `/mailbox/${setting.address}/items`

export async function createEvent(subject, start) {
	const set = { Subject: subject, Start: `${start}T11:00:00Z`, End: `${start}T12:00:00Z` }
	return (await control('POST', items, { folder: 'calendar', class: 'CalendarItem', set, xml: '' })).number
}

export function changeEvent(number, set) {
	return control('PATCH', `${items}/${number}`, { set, xml: '', delete: [], occurrence: null })
}

export function deleteEvent(number) {
	return control('DELETE', `${items}/${number}`)
}

/** What a calendar program does: a request to CalDAV. */
export async function dav(method, path, body) {
	const answer = await fetch(`${setting.nextcloud}/remote.php/dav/calendars/${setting.user}/${path}`, {
		method,
		body,
		headers: {
			Authorization: `Basic ${Buffer.from(`${setting.user}:${setting.password}`).toString('base64')}`,
			'Content-Type': method !== 'GET' && body?.startsWith('<') ? 'application/xml' : 'text/calendar; charset=utf-8',
			Depth: '1',
		},
	})
	return { status: answer.status, text: await answer.text() }
}

/** Waits until it is so. */
export async function until(what, check) {
	for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 250))) {
		if (await check()) {
			return
		}
	}
	assert.fail(`It did not come to pass: ${what}`)
}
